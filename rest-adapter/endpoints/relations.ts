import type { Question, QuestionEndpoint } from '../endpoint.ts'
import type { FollowersQuery, FollowingQuery, FriendsQuery } from '../operations.generated.ts'
import { chosenAction, optionalId, requiredId } from '../parameters.ts'
import { presentOtherFriends, presentOwnFriends } from '../presenters/friend.ts'
import { itemsOf } from '../presenters/list.ts'
import { presentUser } from '../presenters/user.ts'

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

export const following: QuestionEndpoint = {
  method: 'GET',
  path: '/douyin/relation/follow/list',
  token: 'optional',
  neutral: () => ({ user_list: [] }),
  ask(parameters): Question {
    const userId = optionalId(parameters, 'user_id')
    const present = ({ user }: FollowingQuery) => ({ user_list: user ? itemsOf(user.following).map(presentUser) : [] })
    if (userId === null) return { operation: 'OwnFollowing', variables: {}, present }
    return { operation: 'Following', variables: { userId }, present }
  },
}

export const followers: QuestionEndpoint = {
  method: 'GET',
  path: '/douyin/relation/follower/list',
  token: 'optional',
  neutral: () => ({ user_list: [] }),
  ask(parameters): Question {
    const userId = optionalId(parameters, 'user_id')
    const present = ({ user }: FollowersQuery) => ({ user_list: user ? itemsOf(user.followers).map(presentUser) : [] })
    if (userId === null) return { operation: 'OwnFollowers', variables: {}, present }
    return { operation: 'Followers', variables: { userId }, present }
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
