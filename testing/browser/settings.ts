import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, inject, it, vi } from 'vitest'
import { login } from '../../start/people.ts'
import { patience } from '../waiting.ts'
import { accessible, becomes, desktop, type Stage } from './stage.ts'

/** A picture with one colour. */
async function picture(colour: string): Promise<string> {
  const { folder, ffmpegPath } = inject('services')
  const path = `${folder}/${colour}.png`
  const source = ['-f', 'lavfi', '-i', `color=${colour}:size=320x320`]
  await promisify(execFile)(ffmpegPath, ['-nostdin', '-y', '-v', 'error', ...source, '-frames:v', '1', path])
  return path
}

export function settingsTests(stage: () => Stage): void {
  it('changes a profile, its pictures, and how the client looks and plays', async () => {
    const ophelia = await stage().person('ophelia')
    const page = await stage().opens('/settings', { as: ophelia })
    const about = page.getByLabel('About you')
    await about.fill('Hills and night walks')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    const query = 'query ($id: ID!) { user(id: $id) { signature avatar backgroundImage } }'
    const before = await ophelia.asks<{ user: Record<string, string> }>(query, { id: ophelia.id })
    expect(before.user['signature']).toBe('Hills and night walks')
    await page
      .locator('input[type=file]')
      .nth(0)
      .setInputFiles(await picture('teal'))
    await page
      .locator('input[type=file]')
      .nth(1)
      .setInputFiles(await picture('navy'))
    await vi.waitUntil(async () => {
      const { user } = await ophelia.asks<{ user: Record<string, string> }>(query, { id: ophelia.id })
      return user['avatar'] !== before.user['avatar'] && user['backgroundImage'] !== before.user['backgroundImage']
    }, patience)
    await becomes(
      page,
      `[...document.querySelectorAll('.settings-pictures img')].every((img) => img.naturalWidth === 320)`,
    )
    await stage().pictures(page, 'settings-phone')
    await accessible(page)

    await page.getByRole('switch', { name: 'Go on to the next video' }).focus()
    await page.keyboard.press('Space')
    await page.getByRole('switch', { name: 'Play by itself' }).uncheck()
    await page.getByRole('radio', { name: 'Light' }).focus()
    await page.keyboard.press('Space')
    await stage().pictures(page, 'settings-light-phone')
    await accessible(page)
    await page.getByRole('radio', { name: '中文' }).check({ force: true })
    await page.getByRole('heading', { name: '设置', exact: true }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: '设置', exact: true }).waitFor()
    expect(await page.getByRole('switch', { name: '自动播放下一个' }).isChecked()).toBe(true)
    expect(await page.getByRole('switch', { name: '自动播放', exact: true }).isChecked()).toBe(false)
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light')
    await page.getByLabel('简介').waitFor()
    await page.getByRole('button', { name: '退出登录' }).scrollIntoViewIfNeeded()
    await stage().pictures(page, 'settings-chinese-phone')
  })

  it('signs out other devices, changes the password, and takes blocks and mutes back', async () => {
    const [roland, selma, trudy] = [
      await stage().person('roland'),
      await stage().person('selma'),
      await stage().person('trudy'),
    ]
    await roland.asks('mutation ($id: ID!) { blockUser(input: { userId: $id }) { user { id } } }', { id: selma.id })
    await roland.asks('mutation ($id: ID!) { muteUser(input: { userId: $id }) { user { id } } }', { id: trudy.id })
    const page = await stage().opens('/settings', { as: roland, ...desktop, expectedErrors: /status of 40[01]/ })
    const sheet = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Blocked users' }).click()
    await stage().pictures(page, 'settings-blocked-desktop')
    await sheet.getByRole('button', { name: 'Unblock selma' }).click()
    await sheet.getByRole('heading', { name: 'You have blocked nobody' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Muted users' }).click()
    await sheet.getByRole('button', { name: 'Unmute trudy' }).click()
    await sheet.getByRole('heading', { name: 'You have muted nobody' }).waitFor()
    await page.keyboard.press('Escape')
    const query = '{ blockedUsers { edges { cursor } } mutedUsers { edges { cursor } } }'
    expect(await roland.asks(query)).toEqual({ blockedUsers: { edges: [] }, mutedUsers: { edges: [] } })

    await login(stage().network, 'roland', 'password')
    await page.getByRole('button', { name: 'Signed-in devices' }).click()
    await sheet.getByText('This device').waitFor()
    await stage().pictures(page, 'settings-devices-desktop')
    await accessible(page)
    const others = sheet.getByRole('button', { name: /^Sign out (?!all)/ })
    expect(await others.count()).toBe(2)
    await others.first().click()
    await vi.waitUntil(async () => (await others.count()) === 1, patience)
    await login(stage().network, 'roland', 'password')
    await sheet.getByRole('button', { name: 'Sign out all other devices' }).click()
    await sheet.getByText('will have to sign in again').waitFor()
    await sheet.getByRole('button', { name: 'Sign out all other devices' }).click()
    await vi.waitUntil(async () => (await others.count()) === 0, patience)
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'Change password' }).click()
    await sheet.getByLabel('Current password').fill('not the password')
    await sheet.getByLabel('New password').fill('another')
    await sheet.getByRole('button', { name: 'Change password' }).click()
    await sheet.getByRole('alert').waitFor()
    await stage().pictures(page, 'settings-password-desktop')
    await accessible(page)
    await sheet.getByLabel('Current password').fill('password')
    await sheet.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('The password is changed.').waitFor()
    await login(stage().network, 'roland', 'another')
    await stage().pictures(page, 'settings-desktop')
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.locator('#main').getByRole('button', { name: 'Sign in' }).waitFor()
    expect(await page.evaluate(`localStorage.getItem('short-video.tokens')`)).toBeNull()
  })

  it('keeps the settings of this browser without a user', async () => {
    const page = await stage().opens('/settings')
    await page.getByText('Sign in to change your profile and account.').waitFor()
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true })
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
    await stage().pictures(page, 'settings-anonymous-phone')
    await accessible(page)
  })
}
