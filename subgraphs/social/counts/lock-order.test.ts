import pg from 'pg'
import { expect, it } from 'vitest'
import type { SocialTables } from '../../../db/ownership.ts'
import { openDatabase } from '../../../platform/postgres.ts'
import { createTestDatabase } from '../../../testing/database.ts'
import { createFollowRepository } from '../follows/repository.ts'
import { createLikeRepository } from '../likes/repository.ts'

const groups = 20
const groupSize = 200

// Few pairs make groups meet on likes and follows; more make them meet on counts, on those of people when videos abound.
// A group of nothing but likes, or of nothing but unlikes, waits for no other before it comes to what is under test.
it.each([
  ['likes', 30, 30],
  ['likes', 200, 2_000],
  ['likes', 200, 20_000],
  ['follows', 30, 0],
  ['follows', 200, 0],
] as const)('lets groups of %s wait for each other, but never in a circle (%i people, %i videos)', async (...scale) => {
  const [what, people, videos] = scale
  await using database = await createTestDatabase()
  await insertFacts(database.url, people, videos)
  let lastId = 0
  const newId = (): string => String(++lastId)

  await Promise.all(
    Array.from({ length: 4 }, async () => {
      await using db = openDatabase<SocialTables>({
        url: database.url,
        schema: 'social',
        poolSize: 1,
        onConnectionError: (error) => expect.unreachable(error.message),
      })
      const likes = createLikeRepository(db)
      const follows = createFollowRepository(db)
      for (let group = 0; group < groups; group++) {
        const share = [0, 0.5, 1][below(3)] ?? 0
        const wanted = (): boolean => Math.random() < share
        // A deadlock would be thrown.
        const outcomes =
          what === 'likes'
            ? await likes.apply(
                Array.from({ length: groupSize }, () => ({
                  id: newId(),
                  userId: String(1 + below(people)),
                  videoId: String(1_001 + below(videos)),
                  liked: wanted(),
                })),
              )
            : await follows.apply(
                Array.from({ length: groupSize }, () => {
                  const follower = below(people)
                  const followee = (follower + 1 + below(people - 1)) % people
                  return {
                    id: newId(),
                    followerId: String(1 + follower),
                    followeeId: String(1 + followee),
                    followed: wanted(),
                  }
                }),
              )
        expect(outcomes).toEqual(Array(groupSize).fill(undefined))
      }
    }),
  )
})

/** People from 1, and videos from 1 001, each by one of the people. */
async function insertFacts(url: string, people: number, videos: number): Promise<void> {
  const facts = new pg.Client(url)
  await facts.connect()
  await facts.query(
    `insert into "user".accounts select id, 'person ' || id, '' from generate_series(1, $1::int) as id`,
    [people],
  )
  await facts.query(
    `insert into video.videos
      select 1000 + id, 1 + id % $1, '', 'play', 'cover', 'video/mp4', 1, 1, 1, 1, to_timestamp(id)
      from generate_series(1, $2::int) as id`,
    [people, videos],
  )
  await facts.end()
}

function below(bound: number): number {
  return Math.floor(Math.random() * bound)
}
