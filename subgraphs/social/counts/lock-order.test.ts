import type { Kysely } from 'kysely'
import pg from 'pg'
import { expect, it } from 'vitest'
import type { SocialTables } from '../../../db/ownership.ts'
import type { Outcome } from '../../../platform/postgres/group-commit.ts'
import { openDatabase } from '../../../platform/postgres/database.ts'
import { createTestDatabase } from '../../../testing/database.ts'
import { NotFound } from '../../../platform/runtime/errors.ts'
import { createCommentLikeRepository } from '../comment-likes/repository.ts'
import { createCommentRepository } from '../comments/repository.ts'
import { createFollowRepository } from '../follows/repository.ts'
import { createLikeRepository } from '../likes/repository.ts'
import { createReplyRepository } from '../replies/repository.ts'
import { randomOfRun } from '../../../testing/random.ts'

const groups = 20
const groupSize = 200

/** Writes groups of one kind over one connection; deadlocks are thrown. */
type Writer = (db: Kysely<SocialTables>, scale: Scale) => (share: number) => Promise<readonly Outcome<unknown>[]>

interface Scale {
  readonly people: number
  readonly videos: number
}

let lastId = 0
const newId = (): string => String(++lastId)
const random = randomOfRun()
const wanted = (share: number): boolean => random.chance(share)

const writeLikes: Writer = (db, { people, videos }) => {
  const likes = createLikeRepository(db)
  return async (share) => {
    const outcomes = await likes.apply(
      group(() => ({
        id: newId(),
        userId: String(1 + random.below(people)),
        videoId: String(1_001 + random.below(videos)),
        liked: wanted(share),
      })),
    )
    return outcomes.map((outcome) => (outcome instanceof Error ? outcome : undefined))
  }
}

const writeFollows: Writer = (db, { people }) => {
  const follows = createFollowRepository(db)
  return (share) =>
    follows.apply(
      group(() => {
        const follower = random.below(people)
        const followee = (follower + 1 + random.below(people - 1)) % people
        return {
          id: newId(),
          followerId: String(1 + follower),
          followeeId: String(1 + followee),
          followed: wanted(share),
        }
      }),
    )
}

/** All comments are by the first user, who may delete them; the fastest process does. */
const writeComments: Writer = (db, { videos }) => {
  const comments = createCommentRepository(db)
  return async (share) => {
    if (!wanted(share)) {
      const removals = group(() => ({
        commentId: String(lastId - random.below(2 * groupSize)),
        userId: '1',
        isAdmin: false,
      }))
      return (await comments.remove(removals)).map(() => undefined)
    }
    const added = group(() => ({
      id: newId(),
      videoId: String(1_001 + random.below(videos)),
      authorId: '1',
      content: 'nice',
      originalContent: null,
      mentions: null,
    }))
    return (await comments.add(added)).map((outcome) => (outcome instanceof Error ? outcome : undefined))
  }
}

/** Comments of the first user, on which others reply and whose replies they like, while they are deleted. */
const writeThreads: Writer = (db, { people, videos }) => {
  const [comments, replies] = [createCommentRepository(db), createReplyRepository(db)]
  const likes = createCommentLikeRepository(db)
  const recent = (): string => String(Math.max(1, lastId - random.below(3 * groupSize)))
  return async (share) => {
    const userId = (): string => String(1 + random.below(people))
    if (wanted(0.2)) return writeComments(db, { people, videos })(share)
    if (wanted(0.5)) {
      return withoutMissing(
        await likes.apply(group(() => ({ userId: userId(), commentId: recent(), liked: wanted(share) }))),
      )
    }
    if (wanted(0.5)) {
      return withoutMissing(await comments.remove(group(() => ({ commentId: recent(), userId: '1', isAdmin: true }))))
    }
    const text = { content: 'nice', originalContent: null, mentions: null }
    const added = group(() => ({ id: newId(), answeredId: recent(), authorId: userId(), ...text }))
    return withoutMissing(await replies.add(added))
  }
}

/** What others have deleted before is no fault. */
function withoutMissing(outcomes: readonly Outcome<unknown>[]): Outcome<unknown>[] {
  return outcomes.map((outcome) => (outcome instanceof Error && !(outcome instanceof NotFound) ? outcome : undefined))
}

// With few pairs, groups collide on likes and follows; with more, on counts, and on those of users when there are many videos.
// A group of only likes, or of only unlikes, waits for no other before it reaches the locks under test.
it.each<[string, number, number, Writer]>([
  ['likes', 30, 30, writeLikes],
  ['likes', 200, 2_000, writeLikes],
  ['likes', 200, 20_000, writeLikes],
  ['follows', 30, 0, writeFollows],
  ['follows', 200, 0, writeFollows],
  ['comments', 30, 30, writeComments],
  ['comments', 30, 2_000, writeComments],
  ['replies and likes of comments', 30, 30, writeThreads],
])('lets groups of %s wait for each other, but never in a circle (%i people, %i videos)', async (...scenario) => {
  const [, people, videos, writer] = scenario
  await using database = await createTestDatabase()
  await insertFacts(database.url, people, videos)
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      await using db = openDatabase<SocialTables>({
        url: database.url,
        schema: 'social',
        poolSize: 1,
        onConnectionError: (error) => expect.unreachable(error.message),
      })
      const write = writer(db, { people, videos })
      for (let written = 0; written < groups; written++) {
        expect(await write([0, 0.5, 1][random.below(3)] ?? 0)).toEqual(Array(groupSize).fill(undefined))
      }
    }),
  )
})

/** Users from 1, and videos from 1 001, each by one of the users. */
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

function group<Write>(write: () => Write): Write[] {
  return Array.from({ length: groupSize }, write)
}
