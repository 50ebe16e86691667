import { readFileSync } from 'node:fs'
import { parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../platform/runtime/errors.ts'
import { publicSchema } from '../schema/public-schema.ts'
import { nobody, now, parametersOf } from '../testing/rest-endpoints.ts'
import { changeComment } from './endpoints/comments.ts'
import { endpoints } from './endpoints/table.ts'
import { operations } from './operations.generated.ts'
import { statusCodes } from './status-codes.ts'

describe('the contract', () => {
  it('has its sixteen routes, each once', () => {
    expect(endpoints.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /douyin/feed',
      'POST /douyin/user/register',
      'POST /douyin/user/login',
      'GET /douyin/user',
      'POST /douyin/publish/action',
      'GET /douyin/publish/list',
      'POST /douyin/favorite/action',
      'GET /douyin/favorite/list',
      'POST /douyin/comment/action',
      'GET /douyin/comment/list',
      'POST /douyin/relation/action',
      'GET /douyin/relation/follow/list',
      'GET /douyin/relation/follower/list',
      'GET /douyin/relation/friend/list',
      'GET /douyin/message/chat',
      'POST /douyin/message/action',
    ])
  })

  it('asks the public graph for nothing that it does not have', () => {
    const schema = publicSchema(readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8'))
    expect(Object.values(operations).flatMap(({ text }) => validate(schema, parse(text)))).toEqual([])
  })

  it('has a number for every error code, none of them 0 and none twice', () => {
    const numbers = errorCodes.map((code) => statusCodes[code])
    expect(new Set(numbers).size).toBe(errorCodes.length)
    expect(numbers.every((number) => Number.isInteger(number) && number > 0)).toBe(true)
  })

  it('keeps its keys in a failure, with neutral values', () => {
    const failurePayload = endpoints.map((endpoint) => endpoint.failurePayload(parametersOf({}), now))
    const noComment = { id: 0, user: nobody, content: '', create_date: '' }
    expect(failurePayload).toEqual([
      { video_list: [], next_time: now },
      { user_id: 0, token: '' },
      { user_id: 0, token: '' },
      { user: nobody },
      {},
      { video_list: [] },
      {},
      { video_list: [] },
      { comment: noComment },
      { comment_list: [] },
      {},
      { user_list: [] },
      { user_list: [] },
      { user_list: [] },
      { message_list: [] },
      {},
    ])
    expect(changeComment.failurePayload(parametersOf({ action_type: 2 }), now)).toEqual({})
    expect(changeComment.failurePayload(parametersOf({ action_type: 'x' }), now)).toEqual({ comment: noComment })
  })
})
