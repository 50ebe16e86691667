import { describe, expect, it } from 'vitest'
import { asked, now, page, presented, type Given } from '../../testing/rest-endpoints.ts'
import { chat } from './messages.ts'

describe('a chat', () => {
  const message = {
    id: '11',
    content: 'hi',
    createdAt: '2026-01-31T00:00:00.001Z',
    sender: { id: '7' },
    recipient: { id: '8' },
  }
  const restMessage = { id: 11, to_user_id: 8, from_user_id: 7, content: 'hi', create_time: 1769817600001 }

  it.each<Given>([{}, { pre_msg_time: 0 }, { pre_msg_time: -1 }, { pre_msg_time: 'x' }])('is whole for %j', (given) => {
    expect(asked(chat, { to_user_id: 7, ...given })).toEqual(['Conversation', { userId: '7' }])
  })

  it.each([
    [1_700_000_000, '2023-11-14T22:13:20.000Z'],
    [1_700_000_000_001, '2023-11-14T22:13:20.001Z'],
    [now + 5_000, '2026-01-31T12:00:00.000Z'],
  ])('is what came in after %d', (moment, after) => {
    expect(asked(chat, { to_user_id: 7, pre_msg_time: moment })).toEqual(['ReceivedMessages', { userId: '7', after }])
  })

  it('presents messages whole', () => {
    const whole = { conversation: { messages: page(message) } }
    expect(presented(chat, { to_user_id: 7 }, 'Conversation', whole)).toEqual({ message_list: [restMessage] })
    const received = { conversation: { received: [message] } }
    const given = { to_user_id: 7, pre_msg_time: 1 }
    expect(presented(chat, given, 'ReceivedMessages', received)).toEqual({ message_list: [restMessage] })
  })

  it('with nobody is empty', () => {
    expect(presented(chat, { to_user_id: 0 }, 'Viewer', { viewer: { id: '7' } })).toEqual({ message_list: [] })
  })
})
