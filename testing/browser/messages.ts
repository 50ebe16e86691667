import type { Page } from 'playwright-core'
import { beforeAll, expect, it, vi } from 'vitest'
import type { Person } from '../../start/people.ts'
import { patience } from '../waiting.ts'
import { accessible, desktop, type Stage } from './stage.ts'

const logOf = (page: Page, name: string) => page.getByRole('log', { name: `Messages with ${name}` })

export function messageTests(stage: () => Stage): void {
  let [olivia, rupert, sybil] = [] as unknown as [Person, Person, Person]

  beforeAll(async () => {
    ;[olivia, rupert, sybil] = [
      await stage().person('olivia'),
      await stage().person('rupert'),
      await stage().person('sybil'),
    ]
    for (let index = 1; index <= 40; index++) await sybil.says(olivia, `Photo ${index} of the mountains`)
  })

  it('go both ways at once, with typing, what was seen, and a recall', async () => {
    const page = await stage().opens(`/u/${rupert.id}`, { as: olivia, ...desktop })
    await page.getByRole('button', { name: 'Message' }).click()
    await page.getByRole('heading', { name: 'Say hello to rupert' }).waitFor()
    const other = await stage().opens('/messages', { as: rupert })
    await other.getByRole('heading', { name: 'No messages yet' }).waitFor()

    const writing = page.getByRole('textbox', { name: 'Write to rupert' })
    await writing.fill('Are you coming to the sea on Sunday?')
    await writing.press('Enter')
    await other.getByRole('link', { name: /olivia/ }).click()
    await logOf(other, 'olivia').getByText('Are you coming').waitFor()
    await logOf(page, 'rupert').getByText('Seen').waitFor()

    const answering = other.getByRole('textbox', { name: 'Write to olivia' })
    await answering.fill('Yes, with the camera. 太好了！')
    await page.getByText('rupert is typing…').waitFor()
    await other.getByRole('button', { name: 'Send' }).click()
    await logOf(page, 'rupert').getByText('Yes, with the camera').waitFor()
    await page.getByText('rupert is typing…').waitFor({ state: 'detached' })
    await page.getByRole('region', { name: 'Messages with rupert' }).getByText('Online').waitFor()
    await writing.fill('Then I bring Sybil')
    await writing.press('Enter')
    await logOf(other, 'olivia').getByText('Then I bring Sybil').waitFor()
    await stage().pictures(page, 'messages-desktop')
    await stage().pictures(other, 'messages-phone')
    await accessible(page)
    await accessible(other)

    await page.getByRole('button', { name: 'Recall: Then I bring Sybil' }).click()
    await logOf(other, 'olivia').getByText('Then I bring Sybil').waitFor({ state: 'detached' })
    await logOf(page, 'rupert').getByText('Then I bring Sybil').waitFor({ state: 'detached' })
    expect(await logOf(page, 'rupert').getByRole('listitem').count()).toBe(2)
  })

  it('are listed with what is unread, which opening them marks as read', async () => {
    const page = await stage().opens('/messages', { as: olivia, colorScheme: 'light' })
    const line = page.getByRole('link', { name: /sybil.*40 unread messages/ })
    await line.waitFor()
    await stage().pictures(page, 'conversations-phone-light')
    await accessible(page)
    await line.focus()
    await page.keyboard.press('Enter')
    const log = logOf(page, 'sybil')
    await log.getByText('Photo 40 of').waitFor()
    expect(await log.getByText('Photo 5 of').count()).toBe(0)
    await log.evaluate('document.querySelector(".conversation-scroller").scrollTo(0, -100000)')
    await log.getByText('Photo 1 of').waitFor()
    await vi.waitUntil(async () => (await log.getByRole('listitem').count()) === 40, patience)
    const query = '{ viewer { unreadMessageCount } }'
    await vi.waitUntil(
      async () =>
        (await olivia.asks<{ viewer: { unreadMessageCount: number } }>(query)).viewer.unreadMessageCount === 0,
      patience,
    )
    await page.getByRole('link', { name: 'Messages', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('link', { name: /sybil/ }).waitFor()
    expect(await page.getByText('unread message').count()).toBe(0)
  })

  it('that do not arrive are sent again when the user wants to', async () => {
    const page = await stage().opens(`/messages/${sybil.id}`, {
      as: rupert,
      expectedErrors: /ERR_INTERNET_DISCONNECTED|WebSocket/,
      locale: 'zh-CN',
    })
    const writing = page.getByRole('textbox', { name: '给 sybil 发消息' })
    await writing.waitFor()
    await page.context().setOffline(true)
    await writing.fill('周日见')
    await writing.press('Enter')
    await page.getByText('未发送').waitFor()
    await stage().pictures(page, 'messages-unsent-phone')
    await accessible(page)
    await page.context().setOffline(false)
    await page.getByRole('button', { name: '重新发送' }).click()
    await page.getByText('未发送').waitFor({ state: 'detached' })
    const query = 'query ($id: ID!) { conversation(userId: $id) { lastMessage { content } } }'
    await vi.waitUntil(async () => {
      const { conversation } = await sybil.asks<{ conversation: { lastMessage: { content: string } | null } }>(query, {
        id: rupert.id,
      })
      return conversation.lastMessage?.content === '周日见'
    }, patience)
  })

  it('ask to sign in', async () => {
    const page = await stage().opens('/messages')
    await page.getByRole('heading', { name: 'Sign in to write messages' }).waitFor()
    await accessible(page)
  })
}
