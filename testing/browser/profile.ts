import { beforeAll, expect, it, vi } from 'vitest'
import type { Person } from '../../start/people.ts'
import { patience } from '../waiting.ts'
import { accessible, desktop, type Stage } from './stage.ts'

export function profileTests(stage: () => Stage): void {
  let [heidi, ivan] = [] as unknown as [Person, Person]
  let videoId = ''

  beforeAll(async () => {
    ;[heidi, ivan] = [await stage().person('heidi'), await stage().person('ivan')]
    for (const [title, scene] of [
      ['Night walk #city', 'night'],
      ['Green hills #travel', 'hills'],
      ['Sunset #travel', 'sunset'],
    ] as const) {
      videoId = await stage().publishes(heidi, title, scene)
    }
    await ivan.likes(videoId)
  })

  it('shows who somebody is, and follows them', async () => {
    const page = await stage().opens(`/u/${heidi.id}`, { as: ivan, ...desktop })
    await page.getByRole('heading', { name: 'heidi' }).waitFor()
    await vi.waitUntil(async () => (await page.getByRole('tabpanel').getByRole('link').count()) === 3, patience)
    await page.getByRole('button', { name: 'Follow heidi' }).click()
    await page.getByRole('button', { name: '1 Followers' }).click()
    await page.getByRole('dialog').getByRole('link', { name: 'ivan' }).waitFor()
    await page.keyboard.press('Escape')
    await stage().pictures(page, 'profile-desktop')
    await accessible(page)
  })

  it('has tabs, of which bookmarks are for the user alone', async () => {
    const page = await stage().opens(`/u/${ivan.id}`, { as: ivan })
    await page.getByRole('tab', { name: 'Liked' }).click()
    await page.getByRole('tabpanel').getByRole('link', { name: 'Sunset #travel' }).waitFor()
    await stage().pictures(page, 'profile-phone')
    await page.getByRole('tab', { name: 'Bookmarks' }).click()
    await page.getByRole('heading', { name: 'No bookmarks yet' }).waitFor()
    await stage().pictures(page, 'profile-empty-phone')
    const other = await stage().opens(`/u/${ivan.id}`, { as: heidi })
    await other.getByRole('tab', { name: 'Liked' }).waitFor()
    expect(await other.getByRole('tab', { name: 'Bookmarks' }).count()).toBe(0)
  })

  it('finds by suggestions, words and topics', async () => {
    const page = await stage().opens('/search', { as: ivan })
    await page.getByRole('combobox', { name: 'Search' }).fill('hei')
    await page.getByRole('option', { name: 'heidi' }).waitFor()
    await page.getByRole('combobox').fill('#tra')
    await page.getByRole('option', { name: /^#travel/ }).waitFor()
    await stage().pictures(page, 'search-phone')
    await accessible(page)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '#travel' }).waitFor()
    await page.getByRole('link', { name: 'Sunset #travel' }).waitFor()
    await stage().pictures(page, 'topic-phone')
    await page.goto(`${stage().origin}/search?q=green`)
    await page.getByRole('tabpanel').getByRole('link', { name: 'Green hills #travel' }).waitFor()
    await page.getByRole('tab', { name: 'People' }).click()
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
  })
}
