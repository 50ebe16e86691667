import { expect, it, vi } from 'vitest'
import { patience } from '../waiting.ts'
import { accessible, becomes, playing, type Stage } from './stage.ts'

const refused = /status of 401|UNAUTHENTICATED/

export function signInTests(stage: () => Stage): void {
  it('is asked for when it is needed, and creates accounts', async () => {
    const page = await stage().opens('/latest', { expectedErrors: refused })
    await playing(page)
    await page.keyboard.press('l')
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('heading', { name: 'Welcome back' }).waitFor()
    await stage().pictures(page, 'sign-in-phone')
    await accessible(page)
    await sheet.getByLabel('Name').fill('carol')
    await sheet.getByLabel('Password').fill('not the password')
    await sheet.getByRole('button', { name: 'Sign in', exact: true }).click()
    await sheet.getByRole('alert').waitFor()
    await sheet.getByRole('button', { name: 'New here? Create an account' }).click()
    await sheet.getByLabel('Password').fill('password')
    await sheet.getByRole('button', { name: 'Create account' }).click()
    await sheet.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Profile', exact: true }).waitFor()
  })

  it('refreshes a refused token once, and asks again when the session is over', async () => {
    const dave = await stage().person('dave')
    const page = await stage().opens('/latest', { as: dave, expectedErrors: refused })
    await playing(page)
    const spoil = (name: string): Promise<void> =>
      page.evaluate(`(() => {
        const tokens = JSON.parse(localStorage.getItem('short-video.tokens'))
        tokens.${name} += 'x'
        localStorage.setItem('short-video.tokens', JSON.stringify(tokens))
      })()`)
    let refreshes = 0
    page.on('request', (request) => {
      if (request.postData()?.includes('RefreshSession') === true) refreshes += 1
    })
    await spoil('accessToken')
    await page.keyboard.press('l')
    await page
      .getByRole('button', { name: /^Unlike/ })
      .first()
      .waitFor()
    expect(refreshes).toBe(1)
    await spoil('refreshToken')
    await spoil('accessToken')
    await page.keyboard.press('l')
    await page.getByRole('dialog').getByText('Your session has ended').waitFor()
    await vi.waitUntil(() => becomes(page, `localStorage.getItem('short-video.tokens') === null`), patience)
    await stage().pictures(page, 'session-over-phone')
  })
}
