import { describe, expect, it } from 'vitest'
import type { FriendFragment } from '../operations.generated.ts'
import { alice, page, presented, restAlice } from '../../testing/rest-endpoints.ts'
import { friends } from './relations.ts'

describe('friends', () => {
  const message = (content: string, sender: string, createdAt: string) => ({
    id: '1',
    content,
    createdAt,
    sender: { id: sender },
    recipient: { id: '0' },
  })
  const silent: FriendFragment = { ...alice, id: '1', lastMessage: null }
  const early: FriendFragment = { ...alice, id: '2', lastMessage: message('to early', '7', '2026-01-01T00:00:00.000Z') }
  const late: FriendFragment = { ...alice, id: '3', lastMessage: message('from late', '3', '2026-01-02T00:00:00.000Z') }
  const user = { id: '7', friends: page(silent, early, late) }

  it('come with their newest message, the newest first, and which way it went in both spellings', () => {
    expect(presented(friends, {}, 'OwnFriends', { viewer: { id: '7' }, user })).toEqual({
      user_list: [
        { ...restAlice, id: 3, message: 'from late', msgType: 0, msg_type: 0 },
        { ...restAlice, id: 2, message: 'to early', msgType: 1, msg_type: 1 },
        { ...restAlice, id: 1, message: '', msgType: 0, msg_type: 0 },
      ],
    })
  })

  it.each([null, { id: '8' }])('of somebody else come without any message', (viewer) => {
    const blank = { message: '', msgType: 0, msg_type: 0 }
    expect(presented(friends, { user_id: 7 }, 'Friends', { viewer, user })).toEqual({
      user_list: [1, 2, 3].map((id) => ({ ...restAlice, id, ...blank })),
    })
  })
})
