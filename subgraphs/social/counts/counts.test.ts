import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Caller } from '../../../platform/caller.ts'
import { createLogger } from '../../../platform/logger.ts'
import type { Subgraph } from '../../../platform/subgraph.ts'
import { anonymous, ask, signedIn } from '../../../testing/callers.ts'
import { createTestDatabase } from '../../../testing/database.ts'
import { startSocial } from '../server.ts'

const statements: string[] = []
let database: Awaited<ReturnType<typeof createTestDatabase>>
let social: Subgraph

beforeAll(async () => {
  database = await createTestDatabase()
  const facts = new pg.Client(database.url)
  await facts.connect()
  await facts.query(`
    insert into social.video_counts select id, id, 2 * id from generate_series(1, 20) as id;
    insert into social.user_counts select id, id, 2 * id, 3 * id, 4 * id from generate_series(1, 20) as id;
    insert into social.likes select 7, id, id from generate_series(1, 5) as id`)
  await facts.end()
  social = await startSocial({
    databaseUrl: database.url,
    databasePoolSize: 2,
    onQuery: (sql) => statements.push(sql),
    log: createLogger('silent', 'test'),
  })
})

afterAll(async () => {
  await social[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const ids = Array.from({ length: 30 }, (_, index) => index + 1)
const videoFields = '... on Video { favoriteCount commentCount isFavorite }'
const userFields = '... on User { followCount followerCount favoriteCount totalFavorited }'

async function entities(type: string, wanted: readonly number[], fields: string, caller: Caller): Promise<unknown[]> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${fields} } }`
  const representations = wanted.map((id) => ({ __typename: type, id: String(id) }))
  return (await ask<{ _entities: unknown[] }>(social, caller, query, { representations }))._entities
}

it('answers the counts of videos in the order of the question; what was never counted is zero', async () => {
  expect(await entities('Video', [30, 2, 20, 2], videoFields, anonymous)).toEqual([
    { favoriteCount: 0, commentCount: 0, isFavorite: false },
    { favoriteCount: 2, commentCount: 4, isFavorite: false },
    { favoriteCount: 20, commentCount: 40, isFavorite: false },
    { favoriteCount: 2, commentCount: 4, isFavorite: false },
  ])
})

it('answers the counts of people; who was never counted has zeros', async () => {
  expect(await entities('User', [3, 30], userFields, anonymous)).toEqual([
    { followCount: 3, followerCount: 6, favoriteCount: 9, totalFavorited: 12 },
    { followCount: 0, followerCount: 0, favoriteCount: 0, totalFavorited: 0 },
  ])
})

it.each([10, 30])('answers counts and likes of %i videos with two statements', async (count) => {
  statements.length = 0
  const videos = await entities('Video', ids.slice(0, count), videoFields, signedIn('7'))
  expect(videos.map((video) => (video as { isFavorite: boolean }).isFavorite)).toEqual(
    ids.slice(0, count).map((id) => id <= 5),
  )
  expect(statements).toHaveLength(2)
})

it.each([10, 30])('answers the counts of %i people with one statement', async (count) => {
  statements.length = 0
  expect(await entities('User', ids.slice(0, count), userFields, signedIn('7'))).toHaveLength(count)
  expect(statements).toHaveLength(1)
})
