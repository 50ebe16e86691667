import type { FriendFragment } from '../operations.generated.ts'
import { presentUser, type RestUser } from './user.ts'

/** A friend as the contract writes him. */
export interface RestFriend extends RestUser {
  /** The newest message of the conversation; empty when nothing was said. */
  readonly message: string
  /** 0 when the viewer received that message, 1 when he sent it. */
  readonly msgType: 0 | 1
  /** The same: nobody knows which spelling a client reads. */
  readonly msg_type: 0 | 1
}

/** The viewer's own friends, the one with the newest message first. */
export function presentOwnFriends(friends: readonly FriendFragment[], viewerId: string): RestFriend[] {
  return friends.toSorted((a, b) => lastMessageAt(b) - lastMessageAt(a)).map((friend) => withMessage(friend, viewerId))
}

/** Somebody else's friends: what the viewer and they said to each other is nothing of that list. */
export function presentOtherFriends(friends: readonly FriendFragment[]): RestFriend[] {
  return friends.map((friend) => ({ ...presentUser(friend), message: '', msgType: 0, msg_type: 0 }))
}

function withMessage(friend: FriendFragment, viewerId: string): RestFriend {
  const type = friend.lastMessage?.sender?.id === viewerId ? 1 : 0
  return { ...presentUser(friend), message: friend.lastMessage?.content ?? '', msgType: type, msg_type: type }
}

function lastMessageAt(friend: FriendFragment): number {
  return friend.lastMessage ? Date.parse(friend.lastMessage.createdAt) : 0
}
