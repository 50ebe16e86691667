import { writeFile } from 'node:fs/promises'
import { expect, inject, it, vi } from 'vitest'
import { makeUniqueClip } from '../clips.ts'
import { patience } from '../waiting.ts'
import { film } from './scenes.ts'
import { accessible, playing, type Stage } from './stage.ts'

/** Enough for several parts, in bytes. */
const largeBytes = 20 * 1024 * 1024

export function uploadTests(stage: () => Stage): void {
  it('publishes a video with a caption and a cover, tells when it is ready, and others see, like and comment it', async () => {
    const [judy, mallory] = [await stage().person('judy'), await stage().person('mallory')]
    const page = await stage().opens('/upload', { as: judy })
    await page.getByText('uploads left today').waitFor()
    await stage().pictures(page, 'upload-phone')
    await accessible(page)
    await page.locator('input[type=file]').setInputFiles(await film('hills'))
    await page
      .getByRole('radio', { name: /^The frame at/ })
      .nth(3)
      .check({ force: true })
    await page.getByLabel('Caption').fill('My first video #travel')
    await page.getByText('Uploaded').waitFor()
    await stage().pictures(page, 'upload-details-phone')
    await accessible(page)
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('tabpanel').getByRole('link', { name: 'My first video #travel' }).waitFor()
    const ready = page.getByRole('button', { name: '“My first video #travel” is ready to play.' })
    await ready.click()
    const { id } = await playing(page)

    const other = await stage().opens('/latest', { as: mallory })
    expect(await playing(other)).toMatchObject({ id })
    await other.keyboard.press('l')
    await other.keyboard.press('c')
    await other.getByRole('dialog').getByRole('textbox').fill('Welcome!')
    await other.keyboard.press('Enter')
    // Without anything being read again: that it is ready, the like, and the comment.
    await page.getByText('3 unread').waitFor({ state: 'attached' })

    await page.locator('[aria-current=true]').getByRole('button', { name: 'More' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.locator('label', { hasText: 'Only me' }).click()
    await page.getByText('Changed.').waitFor()
    await stage().pictures(page, 'own-video-phone')
    const query = 'query ($id: ID!) { video(id: $id) { id } }'
    expect(await mallory.asks(query, { id })).toEqual({ video: null })
    await sheet.getByRole('button', { name: 'Delete the video' }).click()
    await sheet.getByRole('button', { name: 'Delete the video' }).click()
    await page.getByRole('heading', { name: 'Share your first video' }).waitFor()
  })

  it('goes on after a reload with the parts that are missing', async () => {
    const peggy = await stage().person('peggy')
    const path = `${inject('services').folder}/large.mp4`
    await writeFile(path, await makeUniqueClip(largeBytes))
    const page = await stage().opens('/upload', { as: peggy })
    const put = new Set<string>()
    let isSlow = true
    await page.context().route('**/uploads/**', async (route) => {
      if (route.request().method() !== 'PUT') return route.continue()
      // All but the first part hang until the page is loaded again.
      if (isSlow && put.size > 0) return undefined
      put.add(new URL(route.request().url()).searchParams.get('partNumber') ?? '')
      return route.continue()
    })
    await page.locator('input[type=file]').setInputFiles(path)
    const shown = page.getByRole('progressbar')
    await vi.waitUntil(async () => Number(await shown.getAttribute('value')) > 0, patience)
    isSlow = false
    const before = [...put]
    put.clear()
    await page.reload()
    await page.getByText('“large.mp4” is not complete.').waitFor()
    await stage().pictures(page, 'upload-resume-phone')
    await page.locator('input[type=file]').setInputFiles(path)
    await page.getByText('Uploaded').waitFor()
    expect(put.size).toBeGreaterThan(0)
    expect([...put].filter((part) => before.includes(part))).toEqual([])
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('tabpanel').getByRole('link', { name: 'Untitled video' }).waitFor()
  })

  it('asks to sign in', async () => {
    const page = await stage().opens('/upload')
    await page.getByRole('heading', { name: 'Sign in to upload' }).waitFor()
    await stage().pictures(page, 'upload-anonymous-phone')
  })
}
