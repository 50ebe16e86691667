import type { Page } from 'playwright-core'
import { beforeAll, expect, it, vi } from 'vitest'
import type { Person } from '../../start/people.ts'
import { patience } from '../waiting.ts'
import { accessible, becomes, desktop, playing, ready, type Stage } from './stage.ts'

/** The largest time from the start of the navigation to the first picture, and from a key to the next, in milliseconds. */
const firstWithinMs = 1_500
const nextWithinMs = 300

/** The best of some times: other tests keep the machine busy. */
async function bestOf(count: number, measure: () => Promise<number>): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < count; run++) times.push(await measure())
  return Math.min(...times)
}

const sources = (page: Page): Promise<number> =>
  page.evaluate(`document.querySelectorAll('video[src], video[data-player]').length`)

export function feedTests(stage: () => Stage): void {
  let alice: Person
  let bob: Person
  let [sunset, hills, night, lake] = ['', '', '', '']

  beforeAll(async () => {
    ;[alice, bob] = [await stage().person('alice'), await stage().person('bob')]
    lake = await stage().publishes(alice, '湖边的下午 #湖 #travel', 'hills', { isWide: true })
    night = await stage().publishes(bob, 'City lights at midnight #夜景', 'night')
    hills = await stage().publishes(alice, 'First light over the hills #travel', 'hills')
    sunset = await stage().publishes(alice, '日落时分的海边 Sunset by the sea #日落', 'sunset')
    for (const [person, id] of [
      [bob, sunset],
      [bob, hills],
      [alice, night],
    ] as const)
      await person.likes(id)
    await bob.comments(sunset, '太好看了！')
    await Promise.all([sunset, hills, night, lake].map((id) => ready(alice, id)))
  })

  it('plays the first video without sound, with three loaded at most, and the next one by a key', async () => {
    const page = await stage().opens('/latest')
    expect(await playing(page)).toMatchObject({ id: sunset, isMuted: true })
    await stage().pictures(page, 'feed-phone')
    await accessible(page)
    expect(await sources(page)).toBe(2)
    await page.keyboard.press('ArrowDown')
    await vi.waitUntil(async () => (await playing(page)).id === hills, patience)
    expect(await sources(page)).toBe(3)
    await page.keyboard.press('j')
    await vi.waitUntil(async () => (await playing(page)).id === night, patience)
    expect(await sources(page)).toBe(3)
    await page.keyboard.press('k')
    await vi.waitUntil(async () => (await playing(page)).id === hills, patience)
    await page.keyboard.press(' ')
    await becomes(page, `document.querySelector('[aria-current=true] video').paused`)
  })

  it('begins soon, and goes on at once', async () => {
    const page = await stage().opens('/latest')
    const first = await bestOf(3, async () => {
      await page.reload()
      return becomes<number>(
        page,
        `document.querySelector('[aria-current=true] video')?.currentTime > 0 && performance.now()`,
      )
    })
    expect(first).toBeLessThan(firstWithinMs)
    const next = await bestOf(3, async () => {
      await becomes(
        page,
        `(() => {
          const videos = [...document.querySelectorAll('video')]
          return videos.length === 2 && videos.every((video) => video.readyState >= 3)
        })()`,
      )
      const took = await page.evaluate<number>(`new Promise((resolve) => {
        const [, video] = document.querySelectorAll('video')
        const began = performance.now()
        video.addEventListener('playing', () => resolve(performance.now() - began), { once: true })
        window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }))
      })`)
      await page.reload()
      return took
    })
    expect(next).toBeLessThan(nextWithinMs)
  })

  it('goes on by the wheel, and by a swipe', async () => {
    const page = await stage().opens('/latest', desktop)
    await playing(page)
    await page.mouse.move(600, 400)
    await page.mouse.wheel(0, 700)
    await vi.waitUntil(async () => (await playing(page)).id === hills, patience)
    await stage().pictures(page, 'feed-desktop')
  })

  it('remembers that sound is wanted', async () => {
    const page = await stage().opens('/latest')
    await playing(page)
    await page.getByRole('button', { name: 'Tap for sound' }).click()
    await vi.waitUntil(async () => !(await playing(page)).isMuted, patience)
    await page.reload()
    expect(await playing(page)).toMatchObject({ id: sunset })
    const remembered = await page.evaluate(`JSON.parse(localStorage.getItem('short-video.preferences')).sound`)
    expect(remembered).toBe(true)
  })

  it('likes by two taps, with a heart where they were', async () => {
    const page = await stage().opens(`/v/${night}`, { as: bob })
    await playing(page)
    await page.touchscreen.tap(150, 400)
    await page.touchscreen.tap(150, 400)
    await page.locator('.burst').first().waitFor()
    await stage().pictures(page, 'heart-phone')
    await page.getByRole('button', { name: 'Unlike: 2' }).waitFor()
    await vi.waitUntil(async () => {
      const query = 'query ($id: ID!) { video(id: $id) { favoriteCount } }'
      return (await bob.asks<{ video: { favoriteCount: number } }>(query, { id: night })).video.favoriteCount === 2
    }, patience)
    await page.keyboard.press('l')
    await page.getByRole('button', { name: 'Like: 1', exact: true }).waitFor()
  })

  it('has tabs of its own for what is recommended, followed and new', async () => {
    await bob.follows(alice)
    const page = await stage().opens('/', { as: bob })
    await playing(page)
    const listed = (): Promise<string[]> =>
      page.evaluate(`[...document.querySelectorAll('[data-video]')].map((slide) => slide.dataset.video)`)
    await page.getByRole('link', { name: 'Following' }).click()
    await vi.waitUntil(async () => (await listed()).length === 3, patience)
    expect(await listed()).toEqual([sunset, hills, lake])
    await page.getByRole('link', { name: 'Latest' }).click()
    await vi.waitUntil(async () => (await listed()).length === 4, patience)
    expect(await listed()).toEqual([sunset, hills, night, lake])
  })

  it('opens at the video of a link, and shows landscape as it is', async () => {
    const page = await stage().opens(`/v/${lake}`, { ...desktop, colorScheme: 'light' })
    expect(await playing(page)).toMatchObject({ id: lake })
    await stage().pictures(page, 'video-desktop-light')
    expect(await page.title()).toContain('湖边的下午')
  })

  it('tells that the video of a link is not available', async () => {
    const page = await stage().opens('/v/1')
    await page.getByRole('heading', { name: 'This video is not available' }).waitFor()
    await stage().pictures(page, 'gone-phone')
  })

  it('plays by hls.js where the browser cannot play HLS', async () => {
    const page = await stage().opens(`/v/${sunset}`, { preferences: { player: 'hls.js' } })
    expect(await playing(page)).toMatchObject({
      id: sunset,
      player: 'hls.js',
      src: expect.stringMatching(/^blob:/) as string,
    })
  })

  it('does not begin by itself where motion is unwanted', async () => {
    const page = await stage().opens('/latest', { reducedMotion: 'reduce' })
    await page.locator('.player-play').waitFor()
    expect(await page.evaluate(`document.querySelector('[aria-current=true] video').paused`)).toBe(true)
    await page.locator('[aria-current=true] .player-press').press('Enter')
    expect(await playing(page)).toMatchObject({ id: sunset })
  })

  it('speaks Chinese', async () => {
    const page = await stage().opens('/', { locale: 'zh-CN' })
    await playing(page)
    await page.getByRole('link', { name: '推荐' }).waitFor()
    await stage().pictures(page, 'feed-phone-chinese')
  })
}
