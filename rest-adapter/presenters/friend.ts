import type { FriendFragment } from '../operations.generated.ts'
import { presentUser, type RestUser } from './user.ts'

/** A friend in the contract. */
export interface RestFriend extends RestUser {
  /** The newest message of the conversation; empty when there are none. */
  readonly message: string
  /** 0 when the viewer received that message, 1 when they sent it. */
  readonly msgType: 0 | 1
  /** The same: it is not known which spelling clients read. */
  readonly msg_type: 0 | 1
}

/** The viewer's own friends, ordered by newest message. */
export function presentOwnFriends(friends: readonly FriendFragment[], viewerId: string): RestFriend[] {
  return friends.toSorted((a, b) => lastMessageAt(b) - lastMessageAt(a)).map((friend) => withMessage(friend, viewerId))
}

/** Another user's friends, without the viewer's messages with them. */
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
