import { readFileSync } from 'node:fs'
import { getOperationAST, parse } from 'graphql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Caller } from '../../../platform/auth/caller.ts'
import { aliceToken, gatewayUnderTest, post, stubs } from '../../../testing/gateway.ts'
import type { Gateway } from '../../server.ts'
import { fetchesAtLeast, fieldOwnersIn } from './fetches.ts'

const owners = fieldOwnersIn(readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8'))

function atLeast(text: string): number {
  const document = parse(text)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('no operation')
  return fetchesAtLeast(owners, document, operation, 'Query')
}

let gateway: Gateway
const callers: Caller[] = []
const asAlice = { authorization: `Bearer ${aliceToken}` }
beforeAll(async () => {
  gateway = await gatewayUnderTest({ subgraphs: stubs(callers) })
  await post(gateway, '{ viewer { name } }', {}, asAlice)
})
afterAll(() => gateway[Symbol.asyncDispose]())

it.each([
  ['one subgraph', '{ viewer { id name avatar } }', 1],
  ['two at the root', '{ viewer { name } feed(first: 1) { edges { node { title } } } }', 2],
  ['fields of another', '{ viewer { name workCount } }', 2],
  ['two others in one place', '{ viewer { name workCount followerCount lastMessage { content } } }', 4],
  ['an id that everybody knows', '{ feed(first: 1) { edges { node { title author { id } } } } }', 1],
  ['one place inside another', '{ feed(first: 1) { edges { node { author { name workCount } favoriteCount } } } }', 3],
  ['the same under two names', '{ a: viewer { workCount } b: viewer { workCount } }', 3],
  ['fragments', '{ viewer { ...F ... on User { isFollow } } } fragment F on User { followerCount }', 2],
])('is right about %s', async (_what, text, expected) => {
  expect(atLeast(text)).toBe(expected)
  callers.length = 0
  await post(gateway, text, {}, asAlice)
  expect(callers.length).toBe(expected)
})

it('says nothing of what a condition may leave out', () => {
  expect(atLeast('{ viewer { name workCount @include(if: true) } }')).toBe(1)
})
