import pg from 'pg'
import { expect, it } from 'vitest'
import { createLogger } from '../../platform/runtime/logger.ts'
import type { Subgraph } from '../../platform/graphql/subgraph.ts'
import { refusal, signedIn } from '../../testing/callers.ts'
import { createTestDatabase } from '../../testing/database.ts'
import { startSocial } from './server.ts'

function start(databaseUrl: string): Promise<Subgraph> {
  return startSocial({ database: { url: databaseUrl }, databasePoolSize: 2, log: createLogger('silent', 'test') })
}

const follow = 'mutation ($userId: ID!) { followUser(input: { userId: $userId }) { user { id } } }'
const comment =
  'mutation ($videoId: ID!) { addComment(input: { videoId: $videoId, content: "nice" }) { comment { id } } }'
const like = 'mutation ($videoId: ID!) { favoriteVideo(input: { videoId: $videoId }) { video { id } } }'

it('finishes the likes, follows and comments that it took on before its connections close, and takes no more', async () => {
  // More than fit into one group, so that some are still pending at shutdown.
  const admirers = 700
  await using database = await createTestDatabase()
  const facts = new pg.Client(database.url)
  await facts.connect()
  await facts.query(`
    insert into "user".accounts values (1, 'alice', '');
    insert into video.videos values (2, 1, '', 'play', 'cover', 'video/mp4', 1, 1, 1, 1, now())`)
  const social = await start(database.url)
  const underWay = Array.from({ length: admirers }, (_, index) => {
    const admirer = signedIn(String(index + 10))
    return [
      social.execute({ query: like, variables: { videoId: '2' } }, admirer),
      social.execute({ query: follow, variables: { userId: '1' } }, admirer),
      social.execute({ query: comment, variables: { videoId: '2' } }, admirer),
    ]
  }).flat()
  await social[Symbol.asyncDispose]()

  for (const { errors } of await Promise.all(underWay)) expect(errors).toBeUndefined()
  const { rows } = await facts.query<Record<string, unknown>>(
    `select follower_count, total_favorited, comment_count
      from social.user_counts, social.video_counts where user_id = 1 and video_id = 2`,
  )
  await facts.end()
  expect(rows).toEqual([{ follower_count: admirers, total_favorited: admirers, comment_count: admirers }])
  expect(await refusal(social, signedIn('9'), like, { videoId: '2' })).toMatchObject({ code: 'UNAVAILABLE' })
  expect(await refusal(social, signedIn('9'), follow, { userId: '1' })).toMatchObject({ code: 'UNAVAILABLE' })
  expect(await refusal(social, signedIn('9'), comment, { videoId: '2' })).toMatchObject({ code: 'UNAVAILABLE' })
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
