import type { GraphRequest, GraphEndpoint } from '../endpoint.ts'
import type { FollowersQuery, FollowingQuery, FriendsQuery } from '../operations.generated.ts'
import { chosenAction, optionalId, requiredId } from '../parameters.ts'
import { presentOtherFriends, presentOwnFriends, type RestFriend } from '../presenters/friend.ts'
import { itemsOf } from '../presenters/list.ts'
import { presentUser, type RestUser } from '../presenters/user.ts'

export const changeRelation: GraphEndpoint = {
  kind: 'question',
  method: 'POST',
  path: '/douyin/relation/action',
  token: 'required',
  failurePayload: () => ({}),
  requestFor(parameters) {
    const operation = chosenAction(parameters, { 1: 'FollowUser', 2: 'UnfollowUser' } as const)
    return { operation, variables: { userId: requiredId(parameters, 'to_user_id') }, present: () => ({}) }
  },
}

interface UsersPayload<User extends RestUser = RestUser> {
  readonly user_list: readonly User[]
}

export const following: GraphEndpoint<UsersPayload> = {
  kind: 'question',
  method: 'GET',
  path: '/douyin/relation/follow/list',
  token: 'optional',
  failurePayload: () => ({ user_list: [] }),
  requestFor(parameters): GraphRequest<UsersPayload> {
    const userId = optionalId(parameters, 'user_id')
    if (userId === null) return { operation: 'OwnFollowing', variables: {}, present: presentFollowing }
    return { operation: 'Following', variables: { userId }, present: presentFollowing }
  },
}

export const followers: GraphEndpoint<UsersPayload> = {
  kind: 'question',
  method: 'GET',
  path: '/douyin/relation/follower/list',
  token: 'optional',
  failurePayload: () => ({ user_list: [] }),
  requestFor(parameters): GraphRequest<UsersPayload> {
    const userId = optionalId(parameters, 'user_id')
    if (userId === null) return { operation: 'OwnFollowers', variables: {}, present: presentFollowers }
    return { operation: 'Followers', variables: { userId }, present: presentFollowers }
  },
}

export const friends: GraphEndpoint<UsersPayload<RestFriend>> = {
  kind: 'question',
  method: 'GET',
  path: '/douyin/relation/friend/list',
  token: 'optional',
  failurePayload: () => ({ user_list: [] }),
  requestFor(parameters): GraphRequest<UsersPayload<RestFriend>> {
    const userId = optionalId(parameters, 'user_id')
    if (userId === null) return { operation: 'OwnFriends', variables: {}, present: presentFriends }
    return { operation: 'Friends', variables: { userId }, present: presentFriends }
  },
}

function presentFollowing({ user }: FollowingQuery): UsersPayload {
  return { user_list: user ? itemsOf(user.following).map(presentUser) : [] }
}

function presentFollowers({ user }: FollowersQuery): UsersPayload {
  return { user_list: user ? itemsOf(user.followers).map(presentUser) : [] }
}

function presentFriends({ viewer, user }: FriendsQuery): UsersPayload<RestFriend> {
  if (!user) return { user_list: [] }
  const friendsOfUser = itemsOf(user.friends)
  const isOwn = viewer?.id === user.id
  return { user_list: isOwn ? presentOwnFriends(friendsOfUser, user.id) : presentOtherFriends(friendsOfUser) }
}
