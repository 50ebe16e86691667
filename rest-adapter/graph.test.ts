import type { GraphQLError } from 'graphql'
import { describe, expect, it } from 'vitest'
import type { Call, ExecuteOperation } from '../platform/graphql/call.ts'
import { Unauthenticated, Unavailable } from '../platform/runtime/errors.ts'
import { anonymous } from '../testing/callers.ts'
import { alice, nobody, now, page } from '../testing/rest-endpoints.ts'
import { changeComment } from './endpoints/comments.ts'
import { friends } from './endpoints/relations.ts'
import type { GraphRequest } from './endpoint.ts'
import { executeRequest, presentAnswer } from './graph.ts'
import { mergeParameters } from './parameters.ts'

const call: Call = { ...anonymous, token: 'mine' }
const away = new Unavailable()

async function shown(execute: ExecuteOperation, question: GraphRequest) {
  return presentAnswer(question, await executeRequest(execute, question, 'optional', call), now)
}

function answering(data: Record<string, unknown> | null, ...errors: GraphQLError[]): ExecuteOperation {
  return () => Promise.resolve({ data, errors })
}

describe('an answer with errors', () => {
  const friendsOf7 = friends.requestFor(mergeParameters([['user_id', '7']]), now)
  const list = { viewer: { id: '7' }, user: { id: '7', friends: page({ ...alice, lastMessage: null }) } }

  it('is shown when they only took something away', async () => {
    const incomplete = page({ ...alice, followingCount: null, totalFavorited: null, lastMessage: null })
    const data = { ...list, user: { id: '7', friends: incomplete } }
    expect(await shown(answering(data, away), friendsOf7)).toMatchObject({
      user_list: [{ name: 'alice', follow_count: 0, total_favorited: 0 }],
    })
  })

  it('tells why there is nothing, rather than that there is nothing', async () => {
    const requestFor = (data: Record<string, unknown>, ...errors: GraphQLError[]) =>
      shown(answering(data, ...errors), friendsOf7)
    await expect(requestFor({ ...list, user: null }, away)).rejects.toBe(away)
    await expect(requestFor({ ...list, user: { id: '7', friends: null } }, away)).rejects.toBe(away)
    await expect(requestFor({ ...list, user: { id: '7', friends: page() } })).resolves.toEqual({ user_list: [] })
    await expect(requestFor({ ...list, user: null })).resolves.toEqual({ user_list: [] })
  })

  it('acknowledges a write that happened', async () => {
    const parameters = { action_type: '1', video_id: '41', comment_text: 'hi' }
    const question = changeComment.requestFor(mergeParameters(Object.entries(parameters)), now)
    const comment = { id: '5', content: 'hi', createdAt: '2026-01-01T00:00:00.000Z', author: null }
    const payload = await shown(answering({ addComment: { comment } }, away), question)
    expect(payload).toEqual({ comment: { id: 5, user: nobody, content: 'hi', create_date: '01-01' } })
  })

  it('is asked for once more, without the token, only on an optional route and only when the token is to blame', async () => {
    const tokens: (string | null)[] = []
    const refusing = (error: GraphQLError): ExecuteOperation => {
      return (_, { token }) => {
        tokens.push(token)
        return Promise.resolve(token === null ? { data: list } : { data: null, errors: [error] })
      }
    }
    const invalid = new Unauthenticated()
    await executeRequest(refusing(invalid), friendsOf7, 'optional', call)
    await expect(executeRequest(refusing(invalid), friendsOf7, 'required', call)).rejects.toBe(invalid)
    await expect(executeRequest(refusing(away), friendsOf7, 'optional', call)).rejects.toBe(away)
    expect(tokens).toEqual(['mine', null, 'mine', 'mine'])
  })
})
