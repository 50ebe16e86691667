import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { administrator, anonymous, ask, refusal } from '../../../testing/callers.ts'
import { logsIn, registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'

let user: UserSubgraph
/** The account of an administrator. */
let admin: ReturnType<typeof administrator>
let adminId: string

beforeAll(async () => {
  user = await startUserSubgraph()
  adminId = (await registers(user.subgraph, 'admin')).viewer.userId
  await user.sql(`update accounts set role = 'ADMIN' where id = $1`, [adminId])
  admin = administrator(adminId)
})
afterAll(() => user[Symbol.asyncDispose]())

const ban = `mutation ($userId: ID!, $reason: String!) {
  banUser(input: { userId: $userId, reason: $reason }) { user { id isBanned } }
}`
const unban = ban.replaceAll('banUser', 'unbanUser')
const login =
  'mutation ($name: String!, $password: String!) { login(input: { name: $name, password: $password }) { accessToken } }'
const known = 'query ($id: ID!) { user(id: $id) { name isBanned } }'
const referred =
  'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { name } } }'

describe('a ban', () => {
  it('ends every session of the account, tells every process, and lets nobody sign in to it again', async () => {
    const { viewer } = await registers(user.subgraph, 'bob')
    const second = await logsIn(user.subgraph, 'bob')
    const variables = { userId: viewer.userId, reason: ' spam ' }
    expect(await ask(user.subgraph, admin, ban, variables)).toEqual({
      banUser: { user: { id: viewer.userId, isBanned: true } },
    })
    expect(await user.sql('select from sessions where user_id = $1', [viewer.userId])).toEqual([])
    expect([...user.revoked].sort()).toEqual([viewer.sessionId, second.viewer.sessionId].sort())

    const right = { name: 'bob', password: 'password' }
    expect(await refusal(user.subgraph, anonymous, login, right)).toEqual({
      code: 'FORBIDDEN',
      message: 'This account is banned: spam',
    })
    // Callers who do not know the password learn nothing.
    expect(await refusal(user.subgraph, anonymous, login, { ...right, password: 'wrong one' })).toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  })

  it('leaves the person to be found by id, and under nothing else', async () => {
    const { viewer } = await registers(user.subgraph, 'carol')
    const id = viewer.userId
    expect(await ask(user.subgraph, anonymous, referred, { id })).toEqual({ _entities: [{ name: 'carol' }] })
    await ask(user.subgraph, admin, ban, { userId: id, reason: 'spam' })
    expect(await ask(user.subgraph, anonymous, known, { id })).toEqual({ user: { name: 'carol', isBanned: true } })
    expect(await ask(user.subgraph, anonymous, referred, { id })).toEqual({ _entities: [null] })
    expect(await user.sql('select id from registered_users where id = $1', [id])).toEqual([])
  })

  it('changes nothing the second time, and is over when it is taken back', async () => {
    const { viewer } = await registers(user.subgraph, 'dave')
    const { userId } = viewer
    await ask(user.subgraph, admin, ban, { userId, reason: 'first' })
    await ask(user.subgraph, admin, ban, { userId, reason: 'second' })
    await ask(user.subgraph, admin, unban, { userId, reason: 'a mistake' })
    await ask(user.subgraph, admin, unban, { userId, reason: 'a mistake' })
    expect(await user.sql('select action, reason from audit_log where subject_id = $1 order by id', [userId])).toEqual([
      { action: 'BAN_USER', reason: 'first' },
      { action: 'UNBAN_USER', reason: 'a mistake' },
    ])
    expect((await logsIn(user.subgraph, 'dave')).viewer.userId).toBe(userId)
  })

  it('that comes while somebody signs in leaves no session', async () => {
    const { viewer } = await registers(user.subgraph, 'erin')
    const variables = { userId: viewer.userId, reason: 'spam' }
    const signingIn = Array.from({ length: 4 }, () =>
      user.subgraph.execute({ query: login, variables: { name: 'erin', password: 'password' } }, anonymous),
    )
    await ask(user.subgraph, admin, ban, variables)
    await Promise.all(signingIn)
    expect(await user.sql('select from sessions where user_id = $1', [viewer.userId])).toEqual([])
  })

  it('meets neither administrators nor nobody, and needs a reason', async () => {
    expect(await refusal(user.subgraph, admin, ban, { userId: adminId, reason: 'why not' })).toEqual({
      code: 'FORBIDDEN',
      message: 'Administrators cannot be banned.',
    })
    expect(await refusal(user.subgraph, admin, ban, { userId: '1', reason: 'spam' })).toMatchObject({
      code: 'NOT_FOUND',
    })
    for (const reason of [' ', 'x'.repeat(501)]) {
      expect(await refusal(user.subgraph, admin, ban, { userId: adminId, reason })).toMatchObject({
        code: 'BAD_USER_INPUT',
      })
    }
  })

  it('is for administrators alone', async () => {
    const bob = await registers(user.subgraph, 'frank')
    for (const mutation of [ban, unban]) {
      const variables = { userId: adminId, reason: 'revenge' }
      expect(await refusal(user.subgraph, anonymous, mutation, variables)).toMatchObject({ code: 'UNAUTHENTICATED' })
      expect(await refusal(user.subgraph, bob, mutation, variables)).toEqual({
        code: 'FORBIDDEN',
        message: 'Only administrators can do this.',
      })
    }
  })
})

describe('the audit log', () => {
  const log = `query ($first: Int!, $after: String) {
    userAuditLog(first: $first, after: $after) {
      edges { node { action subjectId reason actor { name } } } pageInfo { hasNextPage endCursor }
    }
  }`
  interface Page {
    readonly userAuditLog: { readonly pageInfo: { readonly endCursor: string } }
  }

  it('tells administrators who did what to whom and why, newest first, page by page', async () => {
    const { viewer } = await registers(user.subgraph, 'grace')
    const subjectId = viewer.userId
    await ask(user.subgraph, admin, ban, { userId: subjectId, reason: 'spam' })
    await ask(user.subgraph, admin, unban, { userId: subjectId, reason: 'a mistake' })
    const actor = { name: 'admin' }
    const first = await ask<Page>(user.subgraph, admin, log, { first: 1 })
    expect(first).toMatchObject({
      userAuditLog: {
        edges: [{ node: { action: 'UNBAN_USER', subjectId, reason: 'a mistake', actor } }],
        pageInfo: { hasNextPage: true },
      },
    })
    const after = first.userAuditLog.pageInfo.endCursor
    expect(await ask(user.subgraph, admin, log, { first: 1, after })).toMatchObject({
      userAuditLog: { edges: [{ node: { action: 'BAN_USER', subjectId, reason: 'spam', actor } }] },
    })
  })

  it('is closed to everybody else', async () => {
    const bob = await registers(user.subgraph, 'henry')
    expect(await refusal(user.subgraph, bob, log, { first: 1 })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await refusal(user.subgraph, anonymous, log, { first: 1 })).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it.each(['update audit_log set reason = $1', 'delete from audit_log where reason = $1', 'truncate audit_log'])(
    'cannot be changed: %s',
    async (statement) => {
      const values = statement.includes('$1') ? ['spam'] : []
      await expect(user.sql(statement, values)).rejects.toThrow('nothing in audit_log is ever changed')
    },
  )
})

it('tells oneself alone whether one is an administrator', async () => {
  const asked = 'query ($id: ID!) { viewer { isAdmin } user(id: $id) { isAdmin } }'
  const bob = await registers(user.subgraph, 'irene')
  expect(await ask(user.subgraph, admin, asked, { id: adminId })).toEqual({
    viewer: { isAdmin: true },
    user: { isAdmin: true },
  })
  expect(await ask(user.subgraph, bob, asked, { id: adminId })).toEqual({
    viewer: { isAdmin: false },
    user: { isAdmin: null },
  })
})
