import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { firstUserId, firstVideoId, type DataSet } from '../bench/data-set.ts'
import { fill } from '../bench/fill.ts'
import { openPool } from '../platform/postgres/database.ts'
import { login, type Person } from '../start/people.ts'
import { maxOfViewer } from '../subgraphs/social/flags/repository.ts'
import { createPasswords } from '../subgraphs/user/accounts/passwords.ts'
import { makeClip } from './clips.ts'
import { bootNetwork, type Network } from './network.ts'

const dataSet: DataSet = {
  users: 10_000,
  videos: 20_000,
  likes: 200_000,
  follows: 100_000,
  commentedVideos: 1_000,
  commentsPerCommentedVideo: 50,
  messages: 100_000,
}
const large = new Set(
  (
    'accounts sessions search_terms video_topics trends view_counts videos author_counts take_downs likes comments ' +
    'comment_likes comment_counts bookmarks shares reports report_cases follows boundaries video_counts user_counts ' +
    'conversations messages audit_log'
  ).split(' '),
)
/** Indexes that contain everything that is read through them. */
const sufficient = new Set([
  'likes_pkey',
  'likes_by_user',
  'bookmarks_pkey',
  'bookmarks_by_user',
  'follows_pkey',
  'follows_by_follower',
  'follows_by_followee',
  'comments_by_video',
  'comments_by_parent',
  'videos_published_at_key',
  'videos_feed',
  'videos_by_author',
  'conversations_by_low',
  'conversations_by_high',
])
/** A page of these tests has 20 items and that of the REST feed 30, plus one row to see whether there are more. */
const longestPage = 31
/** The rows that a step of a plan may read: a few pages, far less than the busy objects have. */
const maxRows = 150
/** A viewer's rows are read once and completely, unless there are too many. */
const ofViewers = / as viewers \(viewer_id\)/

const busy = String(firstUserId)
const friend = String(firstUserId + 1)
const hotVideo = String(firstVideoId + dataSet.videos - 1)
const quietVideo = String(firstVideoId + 1)

/**
 * One user, one video and one conversation with so much of everything that reading a list as a whole is noticed; and the newest
 * videos are private ones of one author, so that looking past them is noticed.
 */
const busyLife = `
  insert into video.video_topics select id, 'topic', 'topic', published_at, false from video.videos on conflict do nothing;
  update video.videos set author_id = ${busy} where id % 4 = 0;
  insert into social.likes select ${busy}, id, id from video.videos where id % 4 = 1 on conflict do nothing;
  insert into social.bookmarks select ${busy}, id, id from video.videos where id % 4 = 1;
  insert into social.shares select ${busy}, id from video.videos;
  insert into social.reports (subject_kind, subject_id, reporter_id, id, category, note)
    select 'USER', id, ${busy}, id, 'SPAM', '' from "user".accounts where id <= ${busy} + 50;
  insert into social.reports (subject_kind, subject_id, reporter_id, id, category, note)
    select 'USER', id, id + 1, 9500000 + id, 'SPAM', '' from "user".accounts where id > ${busy} + 50;
  insert into social.report_cases (id, subject_kind, subject_id, owner_id, report_count)
    select id, 'USER', id, id, id % 7 + 1 from "user".accounts;
  insert into social.follows select ${busy}, id, 9000000 + id from "user".accounts where id > ${busy} and id % 4 = 0
    on conflict do nothing;
  insert into social.follows select id, ${busy}, 9100000 + id from "user".accounts where id > ${busy} and id % 4 = 0
    on conflict do nothing;
  insert into social.comments (id, video_id, author_id, content)
    select 9000000 + i, ${hotVideo}, ${firstUserId} + i % ${dataSet.users}, 'so hot' from generate_series(1, 5000) i;
  insert into social.comments (id, video_id, author_id, content, parent_id, answered_user_id)
    select 9200000 + i, ${hotVideo}, ${firstUserId} + i % ${dataSet.users}, 'indeed', 9000001, ${friend}
    from generate_series(1, 5000) i;
  insert into social.comment_counts (comment_id, reply_count) select id, 1 from social.comments on conflict do nothing;
  insert into social.comment_likes select id, ${friend} from social.comments;
  insert into social.comment_likes select 9000001, id from "user".accounts on conflict do nothing;
  insert into social.boundaries select ${busy}, id, 'BLOCK', id from "user".accounts where id > ${busy} and id % 4 = 3;
  insert into social.boundaries select ${busy}, id, 'MUTE', id from "user".accounts where id > ${busy} and id % 4 = 3;
  insert into social.boundaries select id, ${busy}, 'MUTE', id from "user".accounts where id > ${busy} and id % 4 = 1;
  insert into social.boundaries select id, id + 1, 'BLOCK', id from "user".accounts where id > ${busy};
  insert into video.take_downs
    select 9000000 + i, ${busy}, 'too hot', 'too hot', now() - i * interval '1 s' from generate_series(1, 5000) i;
  insert into video.audit_log
    select 9000000 + i, ${friend}, 'TAKE_DOWN_VIDEO', 9000000 + i, 'too hot' from generate_series(1, 5000) i;
  insert into "user".audit_log
    select 9000000 + i, ${friend}, 'BAN_USER', 9000000 + i, 'too hot' from generate_series(1, 5000) i;
  insert into video.videos (
      id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at, visibility
    )
    select 8000000 + i, ${friend}, '', 'p', 'c', 'video/mp4', 1, 1, 9, 16, now() + i * interval '1 ms', 'PRIVATE'
    from generate_series(1, 5000) i;
  insert into video.author_counts values (${friend}, 5000, 5000) on conflict (author_id) do update set restricted_count = 5000;
  insert into chat.messages (id, sender_id, recipient_id, content, created_at)
    select 9000000 + i, ${friend}, ${busy}, 'and then?', now() - i * interval '1 s' from generate_series(1, 5000) i;
  insert into chat.conversations select ${busy}, id, 1, now() - id * interval '1 s' from "user".accounts where id > ${friend} and id % 4 = 0
    on conflict do nothing`

interface Statement {
  readonly owner: string
  readonly sql: string
  readonly parameters: unknown[]
  /** Whether it is planned once for all parameters. */
  readonly isPrepared: boolean
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Plan Rows': number
  readonly 'Actual Rows'?: number
  readonly 'Actual Loops'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

let network: Network
let database: pg.Client
let person: Person
const pools = new Map<string, pg.Pool>()

beforeAll(async () => {
  network = await bootNetwork()
  const passwordHash = await (await createPasswords()).hash('password')
  await fill({ databaseUrl: network.databaseUrl, dataSet, passwordHash, print: () => undefined })
  database = new pg.Client({ connectionString: network.databaseUrl })
  await database.connect()
  await database.query(busyLife)
  await database.query('vacuum analyze')
  person = await login(network, 'bench-0', 'password')
})

afterAll(async () => {
  await database.end()
  for (const pool of pools.values()) await pool.end()
  await network[Symbol.asyncDispose]()
})

/** The statements sent during an action, with their parameters. */
async function statementsOf(act: () => Promise<unknown>): Promise<Statement[]> {
  const query = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await act()
    return query.mock.calls.flatMap(([given, parametersGiven]: readonly unknown[], index) => {
      const prepared = typeof given === 'object' && given !== null && 'name' in given ? (given as pg.QueryConfig) : null
      const [sql, parameters] = prepared ? [prepared.text, prepared.values] : [given, parametersGiven]
      const client = query.mock.contexts[index] as { readonly connectionParameters: pg.ClientConfig }
      const owner = client.connectionParameters.application_name ?? ''
      const isPlanned = typeof sql === 'string' && Array.isArray(parameters) && !/^(begin|commit)\b/.test(sql)
      // Scheduled jobs read as much as they like, whenever their minute comes.
      const isScheduled = owner.endsWith(' scheduler') || String(sql).includes('_private_known_crontabs')
      return isPlanned && !isScheduled ? [{ owner, sql, parameters, isPrepared: prepared !== null }] : []
    })
  } finally {
    query.mockRestore()
  }
}

/** Connections like those of an owner. */
function poolOf(owner: string): pg.Pool {
  const known = pools.get(owner)
  if (known) return known
  const onConnectionError = (error: Error) => {
    throw error
  }
  const pool = openPool({ url: network.databaseUrl, schema: owner, poolSize: 1, onConnectionError })
  pools.set(owner, pool)
  return pool
}

interface Explained {
  readonly 'QUERY PLAN': [{ Plan: Plan }]
}

/** Explains the generic plan of a statement. */
async function explainPrepared({ owner, sql, parameters }: Statement, options: string) {
  const client = await poolOf(owner).connect()
  try {
    await client.query('set plan_cache_mode = force_generic_plan')
    await client.query(`prepare explained as ${sql}`)
    const values = parameters.map((value) => client.escapeLiteral(textOfParameter(value)))
    const given = values.length > 0 ? `(${values.join(', ')})` : ''
    return await client.query<Explained>(`explain (${options}) execute explained ${given}`)
  } finally {
    await client.query('deallocate all')
    await client.query('reset plan_cache_mode')
    client.release()
  }
}

/** A parameter as the client sends it. */
function textOfParameter(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  if (!Array.isArray(value)) return String(value)
  return `{${value.map((each) => (each === null ? 'null' : `"${textOfParameter(each)}"`)).join(',')}}`
}

/** The plan of a statement as its owner sends it. Reads are executed, so that rows are counted and not estimated. */
async function planOf(statement: Statement): Promise<Plan> {
  const { owner, sql, parameters, isPrepared } = statement
  const onlyReads = !/\b(insert|update|delete)\b/i.test(sql)
  const options = `format json, analyze ${String(onlyReads)}`
  const { rows } = isPrepared
    ? await explainPrepared(statement, options)
    : await poolOf(owner).query<Explained>(`explain (${options}) ${sql}`, parameters)
  const plan = rows[0]?.['QUERY PLAN'][0].Plan
  if (!plan) throw new Error(`no plan for ${sql}`)
  return plan
}

/** Steps of a plan that take longer with more data, and reads of a table although an index contains everything. */
function mistakesIn(plan: Plan, longestInput: number, max: number): string[] {
  const { 'Node Type': step, 'Relation Name': table = '', 'Index Name': index = '', Plans: parts = [] } = plan
  const mistakes = parts.flatMap((part) => mistakesIn(part, longestInput, max))
  // Rows to be written must be found in their table.
  const isRead = plan['Actual Rows'] !== undefined
  if (isRead && step === 'Index Scan' && sufficient.has(index)) mistakes.push(`reads ${table} beside ${index}`)
  if (step === 'Seq Scan' && large.has(table)) mistakes.push(`scans ${table}`)
  const read = rowsOf(plan) + (plan['Rows Removed by Filter'] ?? 0) * (plan['Actual Loops'] ?? 1)
  if (read > max) mistakes.push(`${step} ${table} reads ${read} rows`)
  const sorted = step === 'Sort' ? Math.max(...parts.map((part) => rowsOf(part))) : 0
  if (sorted > longestInput) mistakes.push(`sorts ${sorted} rows`)
  return mistakes
}

function rowsOf(plan: Plan): number {
  return Math.round((plan['Actual Rows'] ?? plan['Plan Rows']) * (plan['Actual Loops'] ?? 1))
}

/** Runs an action, and expects every statement to be planned as if there were little data. */
async function readsLittle(act: () => Promise<unknown>): Promise<void> {
  const statements = await statementsOf(act)
  expect(statements.length).toBeGreaterThan(0)
  const found: string[] = []
  for (const statement of statements) {
    // Batched writes may be sorted, for any number of writers.
    const given = statement.parameters.map((value) => (Array.isArray(value) ? value.length : 1))
    const max = ofViewers.test(statement.sql) ? maxOfViewer + 1 : maxRows
    const mistakes = mistakesIn(await planOf(statement), Math.max(longestPage, ...given), max)
    if (mistakes.length > 0) found.push(`${statement.owner}: ${mistakes.join(', ')}: ${statement.sql}`)
  }
  expect(found).toEqual([])
}

const author = 'id name followingCount followerCount isFollow isBlocked isMuted totalFavorited workCount favoriteCount'
const video = `id title favoriteCount commentCount isFavorite author { ${author} }`
const comment = `id content author { ${author} }`

describe('however much there is', () => {
  const lists: Readonly<Record<string, [list: string, node: string]>> = {
    "a busy author's videos": ['videos', video],
    'the videos that somebody likes': ['favoriteVideos', video],
    'whom somebody follows': ['following', author],
    'who follows somebody': ['followers', author],
    'the friends of somebody': ['friends', `${author} lastMessage { content }`],
  }
  it.each(Object.entries(lists))('a page of %s is read by an index, and so is the next', async (_, [list, node]) => {
    const query = `query ($id: ID!, $after: String) {
      user(id: $id) { ${list}(first: 20, after: $after) { pageInfo { endCursor } edges { node { ${node} } } } }
    }`
    type Page = { user: Record<string, { pageInfo: { endCursor: string }; edges: unknown[] }> }
    await readsLittle(async () => {
      const { user } = await person.asks<Page>(query, { id: busy })
      expect(user[list]?.edges).toHaveLength(20)
      await person.asks(query, { id: busy, after: user[list]?.pageInfo.endCursor })
    })
  })

  it('the feed is, from the newest and from any moment', async () => {
    await readsLittle(() => person.calls('GET', '/douyin/feed/'))
    await readsLittle(() => person.calls('GET', '/douyin/feed/', { latest_time: Date.now() - 10_000 * 60_000 }))
  })

  it('the public videos of an author are, behind thousands that are private, and so are those of followed users', async () => {
    const list = 'query ($id: ID!) { user(id: $id) { workCount videos(first: 20) { edges { node { id } } } } }'
    await readsLittle(async () => {
      const { user } = await person.asks<{ user: { videos: { edges: unknown[] } } }>(list, { id: friend })
      expect(user.videos.edges.length).toBeLessThan(20)
    })
    const few = await login(network, 'bench-1', 'password')
    await readsLittle(() => few.asks('{ followingFeed(first: 20) { edges { node { id } } } }'))
  })

  it('a page of comments is', async () => {
    const query = `query ($after: String) {
      video(id: ${hotVideo}) { comments(first: 20, after: $after) { pageInfo { endCursor } edges { node { ${comment} } } } }
    }`
    await readsLittle(async () => {
      const { video } = await person.asks<{ video: { comments: { pageInfo: { endCursor: string } } } }>(query)
      await person.asks(query, { after: video.comments.pageInfo.endCursor })
    })
  })

  it('a page of replies is, with likes and counts', async () => {
    const query = `query ($after: String) {
      comments(ids: ["9000001"]) {
        replies(first: 20, after: $after) {
          pageInfo { endCursor }
          edges { node { ${comment} likeCount isLiked isPinned replyCount replyTo { name } parent { content } } }
        }
      }
    }`
    await readsLittle(async () => {
      const { comments } = await person.asks<{ comments: [{ replies: { pageInfo: { endCursor: string } } }] }>(query)
      await person.asks(query, { after: comments[0].replies.pageInfo.endCursor })
    })
  })

  it('conversations, and what was said in one, are', async () => {
    const message = 'id content createdAt'
    const list = `query ($after: String) {
      conversations(first: 20, after: $after) { pageInfo { endCursor } edges { node { participant { name } } } }
    }`
    await readsLittle(async () => {
      const { conversations } = await person.asks<{ conversations: { pageInfo: { endCursor: string } } }>(list)
      await person.asks(list, { after: conversations.pageInfo.endCursor })
    })
    await readsLittle(() =>
      person.asks(`{ conversation(userId: ${friend}) { messages(last: 20) { edges { node { ${message} } } } } }`),
    )
    await readsLittle(() =>
      person.asks(`{ conversation(userId: ${friend}) { messages(first: 20) { edges { node { ${message} } } } } }`),
    )
    await readsLittle(() => person.asks(`{ conversation(userId: ${friend}) { unreadCount readUpTo } }`))
    await readsLittle(() => person.asks('{ viewer { unreadMessageCount } }'))
    const lately = Date.now() - 25_000
    await readsLittle(() => person.calls('GET', '/douyin/message/chat/', { to_user_id: friend, pre_msg_time: lately }))
  })

  it.each(['blockedUsers', 'mutedUsers', 'takenDownVideos', 'bookmarkedVideos'])(
    'a page of %s is, and so is the next',
    async (list) => {
      const query = `query ($after: String) {
      list: ${list}(first: 20, after: $after) { pageInfo { endCursor } edges { node { id } } }
    }`
      type Page = { list: { pageInfo: { endCursor: string }; edges: unknown[] } }
      await readsLittle(async () => {
        const { list: page } = await person.asks<Page>(query)
        expect(page.edges).toHaveLength(20)
        await person.asks(query, { after: page.pageInfo.endCursor })
      })
    },
  )

  it('signing in and being recognised is', () =>
    readsLittle(async () => {
      const somebody = await login(network, 'bench-7', 'password')
      await somebody.calls('GET', '/douyin/user/', { user_id: busy })
    }))

  it('writing is: likes, follows, blocks, mutes, comments, messages, and what is read and recalled of them', async () => {
    const stranger = { id: String(firstUserId + 500) }
    await readsLittle(() => person.likes(quietVideo))
    await readsLittle(() => person.unlikes(quietVideo))
    for (const mutation of ['bookmarkVideo', 'unbookmarkVideo', 'shareVideo']) {
      const change = `mutation { ${mutation}(input: { videoId: ${quietVideo} }) { video { isBookmarked } } }`
      await readsLittle(() => person.asks(change))
    }
    await readsLittle(() =>
      person.asks(`mutation { reportVideo(input: { videoId: ${quietVideo}, category: SPAM }) { isNew } }`),
    )
    await readsLittle(() => person.follows(stranger))
    await readsLittle(() => person.unfollows(stranger))
    await readsLittle(() => person.says(stranger, 'hello'))
    const { sendMessage } = await person.asks<{ sendMessage: { message: { id: string } } }>(
      `mutation { sendMessage(input: { toUserId: ${friend}, content: "hm" }) { message { id } } }`,
    )
    await readsLittle(() =>
      person.asks(`mutation { recallMessage(input: { messageId: ${sendMessage.message.id} }) { messageId } }`),
    )
    await readsLittle(() =>
      person.asks(`mutation { markConversationRead(input: { userId: ${friend}, upTo: 9000001 }) { __typename } }`),
    )
    for (const mutation of ['blockUser', 'unblockUser', 'muteUser', 'unmuteUser']) {
      const change = `mutation ($id: ID!) { ${mutation}(input: { userId: $id }) { user { id } } }`
      await readsLittle(() => person.asks(change, stranger))
    }
    await readsLittle(async () => {
      const commentId = await person.comments(hotVideo, 'hot indeed')
      const { addReply } = await person.asks<{ addReply: { reply: { id: string } } }>(
        `mutation { addReply(input: { commentId: ${commentId}, content: "hm" }) { reply { id } } }`,
      )
      for (const mutation of ['likeComment', 'unlikeComment']) {
        await person.asks(`mutation { ${mutation}(input: { commentId: ${addReply.reply.id} }) { __typename } }`)
      }
      await person.asks(`mutation { deleteComment(input: { commentId: ${addReply.reply.id} }) { commentId } }`)
      await person.asks(`mutation { deleteComment(input: { commentId: ${commentId} }) { commentId } }`)
    })
  })

  it('likes that are written together are', () =>
    readsLittle(() => {
      const together = Array.from({ length: 100 }, (_, index) => person.likes(String(firstVideoId + 4 * index + 3)))
      return Promise.all(together)
    }))

  it('publishing is', async () => {
    const clip = await makeClip({})
    const newcomer = await network.person('newcomer')
    await readsLittle(() => newcomer.publishes('a first morning', clip))
  })
})
