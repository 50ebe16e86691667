import type { Question, QuestionEndpoint, ViewEndpoint } from '../endpoint.ts'
import type { FriendsQuery } from '../operations.generated.ts'
import { chosenAction, optionalId, requiredId } from '../parameters.ts'
import { presentOtherFriends, presentOwnFriends } from '../presenters/friend.ts'
import { idsOf, itemsOf } from '../presenters/list.ts'

export const changeRelation: QuestionEndpoint = {
  method: 'POST',
  path: '/douyin/relation/action',
  token: 'required',
  neutral: () => ({}),
  ask(parameters): Question {
    const operation = chosenAction(parameters, { 1: 'FollowUser', 2: 'UnfollowUser' } as const)
    return { operation, variables: { userId: requiredId(parameters, 'to_user_id') }, present: () => ({}) }
  },
}

export const following: ViewEndpoint = {
  method: 'GET',
  path: '/douyin/relation/follow/list',
  token: 'optional',
  neutral: () => ({ user_list: [] }),
  async show(parameters, view) {
    const userId = optionalId(parameters, 'user_id') ?? (await view.viewerId())
    if (userId === null) return { user_list: [] }
    const { user } = await view.askForEverybody('Following', { userId })
    return { user_list: await view.users(user ? idsOf(user.following) : []) }
  },
}

export const followers: ViewEndpoint = {
  method: 'GET',
  path: '/douyin/relation/follower/list',
  token: 'optional',
  neutral: () => ({ user_list: [] }),
  async show(parameters, view) {
    const userId = optionalId(parameters, 'user_id') ?? (await view.viewerId())
    if (userId === null) return { user_list: [] }
    const { user } = await view.askForEverybody('Followers', { userId })
    return { user_list: await view.users(user ? idsOf(user.followers) : []) }
  },
}

export const friends: QuestionEndpoint = {
  method: 'GET',
  path: '/douyin/relation/friend/list',
  token: 'optional',
  neutral: () => ({ user_list: [] }),
  ask(parameters): Question {
    const userId = optionalId(parameters, 'user_id')
    if (userId === null) return { operation: 'OwnFriends', variables: {}, present: presentFriends }
    return { operation: 'Friends', variables: { userId }, present: presentFriends }
  },
}

function presentFriends({ viewer, user }: FriendsQuery) {
  if (!user) return { user_list: [] }
  const people = itemsOf(user.friends)
  return { user_list: viewer?.id === user.id ? presentOwnFriends(people, user.id) : presentOtherFriends(people) }
}
