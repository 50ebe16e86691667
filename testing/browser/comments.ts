import { beforeAll, expect, it, vi } from 'vitest'
import type { Person } from '../../start/people.ts'
import { patience } from '../waiting.ts'
import { accessible, desktop, playing, type Stage } from './stage.ts'

export function commentTests(stage: () => Stage): void {
  let [frank, grace] = [] as unknown as [Person, Person]
  let videoId = ''

  beforeAll(async () => {
    ;[frank, grace] = [await stage().person('frank'), await stage().person('grace')]
    videoId = await stage().publishes(frank, 'Evening by the sea #sea', 'sunset')
    await grace.comments(videoId, '太好看了！ Where was this?')
    await grace.comments(videoId, 'The colours at the end, for @frank')
  })

  it('are written, answered, liked and deleted beside the video', async () => {
    const page = await stage().opens(`/v/${videoId}`, { ...desktop, as: frank })
    await playing(page)
    await page.keyboard.press('c')
    const panel = page.getByRole('complementary', { name: 'Comments' })
    const first = panel.getByRole('listitem').filter({ hasText: 'Where was this?' })
    await first.getByRole('button', { name: 'Reply' }).click()
    await panel.getByRole('textbox').fill('On the west coast, last week.')
    await panel.getByRole('textbox').press('Enter')
    await first.getByRole('button', { name: 'Show 1 reply' }).click()
    await first.getByText('On the west coast').waitFor()
    await first.getByRole('button', { name: /^Like the comment of grace/ }).click()
    await first.getByRole('button', { name: 'Take the like back: 1' }).waitFor()
    await panel.getByRole('textbox').fill('Thank you all!')
    await panel.getByRole('button', { name: 'Send' }).click()
    await panel.getByRole('heading', { name: '3 comments' }).waitFor()
    await stage().pictures(page, 'comments-desktop')
    await accessible(page)
    const own = panel.getByRole('listitem').filter({ hasText: 'Thank you all!' })
    await own.getByRole('button', { name: 'Options' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await own.waitFor({ state: 'detached' })
    await panel.getByRole('heading', { name: '2 comments' }).waitFor()
    const query = `query ($id: ID!) {
      video(id: $id) { comments { edges { node { content likeCount replyCount } } } }
    }`
    interface Listed {
      readonly video: { readonly comments: { readonly edges: readonly { readonly node: object }[] } }
    }
    const { video } = await grace.asks<Listed>(query, { id: videoId })
    expect(video.comments.edges.map(({ node }) => node)).toEqual([
      { content: 'The colours at the end, for @frank', likeCount: 0, replyCount: 0 },
      { content: '太好看了！ Where was this?', likeCount: 1, replyCount: 1 },
    ])
  })

  it('are a drawer on phones, which Escape closes', async () => {
    const page = await stage().opens(`/v/${videoId}`, { as: grace, colorScheme: 'light' })
    await playing(page)
    await page.getByRole('button', { name: 'Comments: 2' }).click()
    const drawer = page.getByRole('dialog', { name: 'Comments' })
    await drawer.getByText('Where was this?').waitFor()
    await stage().pictures(page, 'comments-phone-light')
    await accessible(page)
    await page.keyboard.press('Escape')
    await vi.waitUntil(async () => (await drawer.count()) === 0, patience)
  })
}
