import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { UserTables } from '../../../db/ownership.ts'
import { openDatabase } from '../../../platform/postgres/database.ts'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { logsIn, registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'
import { patience } from '../../../testing/waiting.ts'
import { scheduledUserJobs } from '../scheduled-jobs.ts'

let user: UserSubgraph
let alice: Awaited<ReturnType<typeof registers>>
let people = 0
beforeAll(async () => {
  user = await startUserSubgraph()
})
beforeEach(async () => {
  alice = await registers(user.subgraph, `alice-${++people}`)
})
afterAll(() => user[Symbol.asyncDispose]())

interface Changes {
  readonly sessionIds: readonly string[]
  readonly upTo: string
}

const query = 'query ($since: String) { sessionChanges(since: $since) { sessionIds upTo } }'

async function changes(since: string | null): Promise<Changes> {
  return (await ask<{ sessionChanges: Changes }>(user.subgraph, anonymous, query, { since })).sessionChanges
}

it('names nothing to whoever does not say where he was', async () => {
  await ask(user.subgraph, alice, 'mutation { logout { sessionId } }')
  expect((await changes(null)).sessionIds).toEqual([])
})

it('names a session that was revoked since, and after a while no more', async () => {
  const { upTo: before } = await changes(null)
  await ask(user.subgraph, alice, 'mutation { logout { sessionId } }')

  const { sessionIds, upTo } = await changes(before)

  expect(sessionIds).toContain(alice.viewer.sessionId)
  // Other transactions in the database may make it appear again.
  let next = upTo
  await vi.waitFor(async () => {
    const more = await changes(next)
    next = more.upTo
    expect(more.sessionIds).not.toContain(alice.viewer.sessionId)
  }, patience)
})

it('names what a transaction revoked that began before others and ended after them', async () => {
  const late = new pg.Client(user.databaseUrl)
  await late.connect()
  try {
    await late.query('begin')
    await late.query('delete from "user".sessions where id = $1', [alice.viewer.sessionId])
    const bob = await registers(user.subgraph, `bob-${people}`)
    const { upTo: before } = await changes(null)
    await ask(user.subgraph, bob, 'mutation { logout { sessionId } }')
    const between = await changes(before)
    expect(between.sessionIds).toContain(bob.viewer.sessionId)
    expect(between.sessionIds).not.toContain(alice.viewer.sessionId)

    await late.query('commit')

    expect((await changes(between.upTo)).sessionIds).toContain(alice.viewer.sessionId)
  } finally {
    await late.end()
  }
})

it('names sessions whichever way they ended', async () => {
  const { userId } = alice.viewer
  const laptop = await logsIn(user.subgraph, `alice-${people}`)
  const { upTo: before } = await changes(null)
  await user.sql('delete from sessions where id = $1', [laptop.viewer.sessionId])
  await user.sql('delete from accounts where id = $1', [userId])

  const { sessionIds } = await changes(before)

  expect(sessionIds).toEqual(expect.arrayContaining([laptop.viewer.sessionId, alice.viewer.sessionId]))
})

it('reads the changes by their index', async () => {
  await user.sql('set enable_seqscan = off')
  const plan = await user.sql("explain select session_id from session_changes where transaction_id >= '1'::xid8")
  await user.sql('reset enable_seqscan')
  expect(JSON.stringify(plan)).toContain('session_changes_pkey')
})

it('keeps changes for an hour', async () => {
  const { upTo: before } = await changes(null)
  const laptop = await logsIn(user.subgraph, `alice-${people}`)
  for (const caller of [alice, laptop]) await ask(user.subgraph, caller, 'mutation { logout { sessionId } }')
  await user.sql("update session_changes set changed_at = now() - interval '61 minutes' where session_id = $1", [
    alice.viewer.sessionId,
  ])

  await using db = openDatabase<UserTables>({
    url: user.databaseUrl,
    schema: 'user',
    poolSize: 1,
    onConnectionError: () => undefined,
  })
  expect(
    await scheduledUserJobs(db)
      .find(({ name }) => name === 'forget-session-changes')
      ?.work(),
  ).toBe(1)

  const { sessionIds } = await changes(before)
  expect(sessionIds).toContain(laptop.viewer.sessionId)
  expect(sessionIds).not.toContain(alice.viewer.sessionId)
})

it('understands nothing but what it answered', async () => {
  for (const since of ['', 'now', '-1', '1; drop table sessions', '9'.repeat(40)]) {
    expect(await refusal(user.subgraph, anonymous, query, { since })).toMatchObject({ code: 'BAD_USER_INPUT' })
  }
})
