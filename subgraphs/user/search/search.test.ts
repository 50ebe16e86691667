import { afterAll, beforeAll, expect, it } from 'vitest'
import type { UserTables } from '../../../db/ownership.ts'
import { openDatabase } from '../../../platform/postgres/database.ts'
import { anew, anonymous, ask, refusal } from '../../../testing/callers.ts'
import { registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'
import { scheduledUserJobs } from '../scheduled-jobs.ts'
import { namesWith } from './repository.ts'

let user: UserSubgraph
beforeAll(async () => {
  user = await startUserSubgraph()
})
afterAll(() => user[Symbol.asyncDispose]())

const search = `query ($query: String!, $first: Int! = 20, $after: String) {
  searchUsers(query: $query, first: $first, after: $after) {
    edges { node { id name } } pageInfo { hasNextPage endCursor }
  }
}`
interface Page {
  readonly edges: readonly { readonly node: { readonly id: string; readonly name: string } }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}
async function page(query: string, variables: Record<string, unknown> = {}, caller = anonymous): Promise<Page> {
  return (await ask<{ searchUsers: Page }>(user.subgraph, caller, search, { query, ...variables })).searchUsers
}
async function namesOf(query: string, caller = anonymous): Promise<string[]> {
  return (await page(query, {}, caller)).edges.map(({ node }) => node.name)
}
async function doesJobs(): Promise<void> {
  const db = openUserDatabase()
  await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
  for (const { work } of scheduledUserJobs(db)) await work()
}
const openUserDatabase = () =>
  openDatabase<UserTables>({ url: user.databaseUrl, schema: 'user', poolSize: 1, onConnectionError: () => undefined })

it('finds users at once by the beginning of any word of their names, and by any Chinese characters of them', async () => {
  await registers(user.subgraph, '小明同學呀')
  await registers(user.subgraph, 'Étienne Dupont')
  expect(await namesOf('同学')).toEqual(['小明同學呀'])
  expect(await namesOf('明')).toEqual(['小明同學呀'])
  expect(await namesOf('dup')).toEqual(['Étienne Dupont'])
  expect(await namesOf('upont')).toEqual([])
})

it('is best first: the same name, then by followers', async () => {
  const callers = []
  for (const name of ['walter white', 'walter b', 'Walter']) callers.push(await registers(user.subgraph, name))
  await user.sql('insert into social.user_counts (user_id, follower_count) values ($1, 500)', [
    callers[0]?.viewer.userId,
  ])
  expect(await namesOf('walter')).toEqual(['Walter', 'walter white', 'walter b'])
  const first = await page('walter', { first: 2 })
  const rest = await page('walter', { first: 2, after: first.pageInfo.endCursor })
  expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false])
  expect(rest.edges.map(({ node }) => node.name)).toEqual(['walter b'])
})

it('finds neither banned users, nor whom the viewer has blocked or muted', async () => {
  const viewer = await registers(user.subgraph, 'a viewer')
  const [one, two, three] = [
    await registers(user.subgraph, 'quokka one'),
    await registers(user.subgraph, 'quokka two'),
    await registers(user.subgraph, 'quokka three'),
  ]
  await user.sql(`insert into social.boundaries (owner_id, other_id, kind, id) values ($1, $2, 'MUTE', 1)`, [
    viewer.viewer.userId,
    one.viewer.userId,
  ])
  await user.sql(`update accounts set banned_at = now(), ban_reason = 'x' where id = $1`, [two.viewer.userId])
  expect(await namesOf('quokka', viewer)).toEqual(['quokka three'])
  expect((await namesOf('quokka')).sort()).toEqual(['quokka one', 'quokka three'])
  expect(three.viewer.userId).not.toBe('')
})

it('finds who was there before, and by a name that an operator has changed, once the scheduled job has read it', async () => {
  await user.sql(`insert into accounts (id, name, password_hash) values (4711, 'before all', '')`)
  expect(await namesOf('before')).toEqual([])
  await doesJobs()
  expect(await namesOf('before')).toEqual(['before all'])
  await user.sql(`update accounts set name = 'after all' where id = 4711`)
  expect(await namesOf('before')).toEqual([])
  await doesJobs()
  expect(await namesOf('after', anew(anonymous))).toEqual(['after all'])
})

it('reads the index of terms over connections of the product', async () => {
  await user.sql(
    `insert into accounts (id, name, password_hash) select i, 'number ' || i, '' from generate_series(100000, 105000) i`,
  )
  await doesJobs()
  await user.sql('analyze search_terms, accounts')
  const db = openUserDatabase()
  await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
  const { sql } = await import('kysely')
  const plan = await db.transaction().execute(async (tx) => {
    await sql`set local enable_bitmapscan = on`.execute(tx)
    const question = { query: `'walter':*`, name: 'walter', viewerId: '1' }
    const { rows } = await sql<Record<string, string>>`explain ${namesWith(question)}`.execute(tx)
    return rows.map((row) => Object.values(row)[0]).join('\n')
  })
  expect(plan).toContain('Bitmap Index Scan on search_terms_by_term')
  expect(plan).not.toMatch(/Seq Scan on (search_terms|accounts|user_counts)/)
})

it('refuses empty and long queries, and made-up cursors', async () => {
  for (const variables of [{ query: '' }, { query: 'x'.repeat(101) }, { query: 'walter', after: 'garbage' }]) {
    expect(await refusal(user.subgraph, anonymous, search, variables)).toMatchObject({ code: 'BAD_USER_INPUT' })
  }
})
