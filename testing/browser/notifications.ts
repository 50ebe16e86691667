import { expect, it } from 'vitest'
import { accessible, becomes, desktop, type Stage } from './stage.ts'

export function notificationTests(stage: () => Stage): void {
  it('fold what several did, arrive as they happen, and are read in every tab once they are seen', async () => {
    const [uma, victor, wendy] = [
      await stage().person('uma'),
      await stage().person('victor'),
      await stage().person('wendy'),
    ]
    const videoId = await stage().publishes(uma, 'Fog over the valley', 'hills')
    const like = 'mutation ($id: ID!) { favoriteVideo(input: { videoId: $id }) { video { id } } }'
    await victor.asks(like, { id: videoId })
    await wendy.asks(like, { id: videoId })
    const tab = await stage().opens('/', { as: uma, ...desktop })
    const link = tab.getByRole('link', { name: /Activity/ })
    await link.getByText('unread').waitFor({ state: 'attached' })

    const page = await stage().opens('/notifications', { as: uma })
    await page.getByText('wendy and 1 other liked “Fog over the valley”').waitFor()
    // Seen here, it is read there.
    await link.getByText('unread').waitFor({ state: 'detached' })
    await victor.asks('mutation ($id: ID!) { followUser(input: { userId: $id }) { user { id } } }', { id: uma.id })
    await wendy.asks(
      'mutation ($id: ID!) { addComment(input: { videoId: $id, content: "Where is this?" }) { comment { id } } }',
      { id: videoId },
    )
    await page.getByText('victor followed you').waitFor()
    await page.getByText('Where is this?').waitFor()
    await stage().pictures(page, 'notifications-phone')
    await accessible(page)
    expect(await becomes(page, `document.querySelectorAll('.notification').length >= 3`)).toBe(true)
    await page.getByRole('link', { name: /victor followed you/ }).click()
    await page.getByRole('heading', { name: 'victor' }).waitFor()
    await link.click()
    await tab.getByText('victor followed you').waitFor()
    await stage().pictures(tab, 'notifications-desktop')
    await accessible(tab)
  })

  it('say so while there are none, and ask to sign in', async () => {
    const page = await stage().opens('/notifications', { as: await stage().person('xavier'), colorScheme: 'light' })
    await page.getByRole('heading', { name: 'Nothing yet' }).waitFor()
    await stage().pictures(page, 'notifications-empty-phone-light')
    const anonymous = await stage().opens('/notifications')
    await anonymous.getByRole('heading', { name: 'Sign in to see what concerns you' }).waitFor()
  })
}
