import pg from 'pg'
import { expect, it } from 'vitest'
import { createLogger } from '../../../platform/logger.ts'
import type { Subgraph } from '../../../platform/subgraph.ts'
import { ask, signedIn } from '../../../testing/callers.ts'
import { createTestDatabase } from '../../../testing/database.ts'
import { startSocial } from '../server.ts'

const people = Array.from({ length: 20 }, (_, index) => String(index + 1))
const videos = Array.from({ length: 10 }, (_, index) => String(index + 101))

/** What a client does next: its choice among people and videos is random. */
type Act = (process: Subgraph, userId: string) => Promise<void>

const likeOrUnlike: Act = async (process, userId) => {
  const mutation = either('favoriteVideo', 'unfavoriteVideo')
  await ask(
    process,
    signedIn(userId),
    `mutation ($id: ID!) { ${mutation}(input: { videoId: $id }) { video { id } } }`,
    {
      id: oneOf(videos),
    },
  )
}

const followOrUnfollow: Act = async (process, userId) => {
  const mutation = either('followUser', 'unfollowUser')
  await ask(process, signedIn(userId), `mutation ($id: ID!) { ${mutation}(input: { userId: $id }) { user { id } } }`, {
    id: oneOf(people.filter((id) => id !== userId)),
  })
}

/** Comments on a video, or deletes the newest comment as the video's author; another may be faster at that. */
const commentOrDelete: Act = async (process, userId) => {
  const videoId = oneOf(videos)
  const newest = `query ($videos: [_Any!]!) {
    _entities(representations: $videos) { ... on Video { comments(first: 1) { edges { node { id } } } } }
  }`
  const { _entities } = await ask<{ _entities: [{ comments: { edges: { node: { id: string } }[] } }] }>(
    process,
    signedIn(userId),
    newest,
    { videos: [{ __typename: 'Video', id: videoId }] },
  )
  const [comment] = _entities[0].comments.edges
  if (!comment || either(true, false)) {
    const add = 'mutation ($id: ID!) { addComment(input: { videoId: $id, content: "nice" }) { comment { id } } }'
    await ask(process, signedIn(userId), add, { id: videoId })
  } else {
    const query = 'mutation ($id: ID!) { deleteComment(input: { commentId: $id }) { commentId } }'
    const author = signedIn(authorOf(videoId))
    const { errors } = await process.execute({ query, variables: { id: comment.node.id } }, author)
    for (const error of errors ?? []) expect(error.extensions['code']).toBe('NOT_FOUND')
  }
}

it.each<[string, Act[], number]>([
  ['like and unlike', [likeOrUnlike], 50],
  ['follow and unfollow each other', [followOrUnfollow], 50],
  ['comment and delete comments', [commentOrDelete], 15],
  ['like, follow and comment', [likeOrUnlike, followOrUnfollow, commentOrDelete], 30],
])('keeps every count right while 20 people %s through two processes, without a deadlock', async (_, acts, times) => {
  await using database = await createTestDatabase()
  await using facts = await openFacts(database.url)
  const processes = [await start(database.url), await start(database.url)]
  const clients = people.flatMap((userId) => processes.map((process) => ({ userId, process })))
  await Promise.all(
    clients.map(async ({ userId, process }) => {
      for (let time = 0; time < times; time++) await oneOf(acts)(process, userId)
    }),
  )
  await Promise.all(processes.map((process) => process[Symbol.asyncDispose]()))

  for (const { counts, recounts } of pairs) expect(await rows(facts, counts)).toEqual(await rows(facts, recounts))
  await expectNoDeadlock(facts)
})

it("keeps each person's last word, whichever process heard it", async () => {
  await using database = await createTestDatabase()
  await using facts = await openFacts(database.url)
  const processes = [await start(database.url), await start(database.url)]
  const lastWords = new Map<string, boolean>()
  await Promise.all(
    people.map(async (userId) => {
      for (let sent = 0; sent < 50; sent++) {
        const videoId = oneOf(videos)
        const liked = either(true, false)
        const mutation = liked ? 'favoriteVideo' : 'unfavoriteVideo'
        const query = `mutation ($id: ID!) { change: ${mutation}(input: { videoId: $id }) { video { isFavorite } } }`
        expect(await ask(oneOf(processes), signedIn(userId), query, { id: videoId })).toEqual({
          change: { video: { isFavorite: liked } },
        })
        lastWords.set(`${userId} likes ${videoId}`, liked)
      }
    }),
  )
  await Promise.all(processes.map((process) => process[Symbol.asyncDispose]()))

  const kept = await facts.query<{ word: string }>(`select user_id || ' likes ' || video_id as word from social.likes`)
  const wanted = [...lastWords].flatMap(([word, liked]) => (liked ? [word] : []))
  expect(kept.rows.map((row) => row.word).sort()).toEqual(wanted.sort())
})

/** What is counted, and what a recount says: each without what counts nothing. */
const pairs = [
  {
    counts: `select video_id, favorite_count, comment_count from social.video_counts
      where (favorite_count, comment_count) <> (0, 0) order by video_id`,
    recounts: `select video_id, sum(favorite)::int as favorite_count, sum(comment)::int as comment_count from (
        select video_id, 1 as favorite, 0 as comment from social.likes
        union all select video_id, 0, 1 from social.comments
      ) as edges group by video_id order by video_id`,
  },
  {
    counts: `select user_id, follow_count, follower_count, favorite_count, total_favorited from social.user_counts
      where (follow_count, follower_count, favorite_count, total_favorited) <> (0, 0, 0, 0) order by user_id`,
    recounts: `select user_id, sum(follow)::int as follow_count, sum(follower)::int as follower_count,
        sum(favorite)::int as favorite_count, sum(favorited)::int as total_favorited
      from (
        select follower_id as user_id, 1 as follow, 0 as follower, 0 as favorite, 0 as favorited from social.follows
        union all select followee_id, 0, 1, 0, 0 from social.follows
        union all select user_id, 0, 0, 1, 0 from social.likes
        union all select author_id, 0, 0, 0, 1 from social.likes join video.videos on videos.id = likes.video_id
      ) as edges group by user_id order by user_id`,
  },
]

/** A connection to a database into which the people and the videos of the first ten of them are put. */
async function openFacts(url: string): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client(url)
  const facts = Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
  await facts.connect()
  await facts.query(`insert into "user".accounts select id, 'person ' || id, '' from unnest($1::bigint[]) as id`, [
    people,
  ])
  await facts.query(
    `insert into video.videos
      select id, author_id, '', 'play', 'cover', 'video/mp4', 1, 1, 1, 1, to_timestamp(id)
      from unnest($1::bigint[], $2::bigint[]) as video (id, author_id)`,
    [videos, videos.map(authorOf)],
  )
  return facts
}

function start(databaseUrl: string): Promise<Subgraph> {
  return startSocial({ databaseUrl, databasePoolSize: 4, log: createLogger('silent', 'test') })
}

async function rows(facts: pg.Client, sql: string): Promise<unknown[]> {
  return (await facts.query<Record<string, unknown>>(sql)).rows
}

/** Every server process has reported what it met once it has ended. */
async function expectNoDeadlock(facts: pg.Client): Promise<void> {
  const others = 'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
  await expect.poll(() => rows(facts, others)).toEqual([])
  const deadlocks = 'select deadlocks::int from pg_stat_database where datname = current_database()'
  expect(await rows(facts, deadlocks)).toEqual([{ deadlocks: 0 }])
}

function authorOf(videoId: string): string {
  return String(Number(videoId) - 100)
}

function either<One, Other>(one: One, other: Other): One | Other {
  return Math.random() < 0.5 ? one : other
}

function oneOf<Choice>(choices: readonly Choice[]): Choice {
  return choices[Math.floor(Math.random() * choices.length)] as Choice
}
