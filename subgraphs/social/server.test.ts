import pg from 'pg'
import { expect, it } from 'vitest'
import { createLogger } from '../../platform/logger.ts'
import type { Subgraph } from '../../platform/subgraph.ts'
import { refusal, signedIn } from '../../testing/callers.ts'
import { createTestDatabase } from '../../testing/database.ts'
import { startSocial } from './server.ts'

function start(databaseUrl: string): Promise<Subgraph> {
  return startSocial({ databaseUrl, databasePoolSize: 2, log: createLogger('silent', 'test') })
}

const follow = 'mutation ($userId: ID!) { followUser(input: { userId: $userId }) { user { id } } }'
const like = 'mutation ($videoId: ID!) { favoriteVideo(input: { videoId: $videoId }) { video { id } } }'

it('finishes the likes and follows under way before its connections close, and takes no more', async () => {
  await using database = await createTestDatabase()
  const facts = new pg.Client(database.url)
  await facts.connect()
  await facts.query(`
    insert into "user".accounts select id, 'person ' || id, '' from generate_series(1, 50) as id;
    insert into video.videos values (51, 1, '', 'play', 'cover', 'video/mp4', 1, 1, 1, 1, now())`)
  const social = await start(database.url)
  const underWay = Array.from({ length: 49 }, (_, index) => {
    const person = signedIn(String(index + 2))
    return [
      social.execute({ query: like, variables: { videoId: '51' } }, person),
      social.execute({ query: follow, variables: { userId: '1' } }, person),
    ]
  }).flat()
  await social[Symbol.asyncDispose]()

  for (const { errors } of await Promise.all(underWay)) expect(errors).toBeUndefined()
  const { rows } = await facts.query<Record<string, unknown>>(
    'select follower_count, total_favorited from social.user_counts where user_id = 1',
  )
  expect(rows).toEqual([{ follower_count: 49, total_favorited: 49 }])
  for (const [query, variables] of [
    [like, { videoId: '51' }],
    [follow, { userId: '1' }],
  ] as const) {
    expect(await refusal(social, signedIn('1000'), query, variables)).toMatchObject({ code: 'UNAVAILABLE' })
  }
  await facts.end()
})

it('is healthy while its database is there', async () => {
  const database = await createTestDatabase()
  const social = await start(database.url)
  await social.checkHealth()
  await database[Symbol.asyncDispose]()
  await expect(social.checkHealth()).rejects.toThrow('does not exist')
  await expect(social[Symbol.asyncDispose]()).rejects.toThrow('does not exist')
  await expect(social.checkHealth()).rejects.toThrow('destroyed')
})
