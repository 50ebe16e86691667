import type { SocialTables } from '../../../db/ownership.ts'
import { openDatabase } from '../../../platform/postgres/database.ts'
import { scheduledSocialJobs } from '../scheduled-jobs.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { addComment, comment, reply } from '../../../testing/comments.ts'
import { startTestSocial, type TestSocial } from '../../../testing/social.ts'

interface Shown {
  readonly id: string
  readonly kind: string
  readonly actors: readonly { readonly id: string }[]
  readonly actorCount: number
  readonly video: { readonly id: string } | null
  readonly comment: { readonly content: string } | null
  readonly isRead: boolean
}
interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Shown }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

const list = `query ($first: Int! = 30, $after: String) {
  notifications(first: $first, after: $after) {
    edges { cursor node { id kind actors { id } actorCount video { id } comment { content } isRead } }
    pageInfo { hasNextPage endCursor }
  }
}`
const events = `query ($since: String, $userId: ID) {
  socialEvents(since: $since, userId: $userId) { upTo isCut events { type userId subjectId } }
}`

let social: TestSocial
let [alice, bob, carol]: string[] = []
let sunset: string

beforeAll(async () => {
  social = await startTestSocial()
})
beforeEach(async () => {
  ;[alice, bob, carol] = await social.register(3)
  sunset = await social.publish(id(alice))
})
afterAll(() => social[Symbol.asyncDispose]())

const id = (known: string | undefined): string => known ?? ''
const act = (who: string | undefined, mutation: string) =>
  ask(social.subgraph, signedIn(id(who)), `mutation { ${mutation} { __typename } }`)
const likes = (who: string | undefined, video = sunset) => act(who, `favoriteVideo(input: { videoId: ${video} })`)
const unlikes = (who: string | undefined, video = sunset) => act(who, `unfavoriteVideo(input: { videoId: ${video} })`)
const follows = (who: string | undefined, whom: string | undefined) =>
  act(who, `followUser(input: { userId: ${id(whom)} })`)

async function page(who = alice, variables: { first?: number; after?: string | null } = {}): Promise<Page> {
  return (await ask<{ notifications: Page }>(social.subgraph, signedIn(id(who)), list, variables)).notifications
}
async function shown(who = alice): Promise<[string, string[]][]> {
  return (await page(who)).edges.map(({ node }) => [node.kind, node.actors.map((actor) => actor.id)])
}
async function unread(who = alice): Promise<number | null> {
  const { _entities } = await ask<{ _entities: { unreadNotificationCount: number | null }[] }>(
    social.subgraph,
    signedIn(id(who)),
    `query ($id: ID!) {
      _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { unreadNotificationCount } }
    }`,
    { id: id(alice) },
  )
  return _entities[0]?.unreadNotificationCount ?? null
}

describe('notifications', () => {
  it('tell of likes, follows and comments, the last one first', async () => {
    await likes(bob)
    await follows(carol, alice)
    await ask(social.subgraph, signedIn(id(bob)), addComment, { videoId: sunset, content: 'lovely' })
    expect((await page()).edges.map(({ node }) => node)).toMatchObject([
      { kind: 'COMMENT', actors: [{ id: bob }], video: { id: sunset }, comment: { content: 'lovely' }, actorCount: 1 },
      { kind: 'FOLLOW', actors: [{ id: carol }], video: null, comment: null, actorCount: 1 },
      { kind: 'LIKE', actors: [{ id: bob }], video: { id: sunset }, comment: null, actorCount: 1, isRead: false },
    ])
    expect(await unread()).toBe(3)
    expect(await shown(bob)).toEqual([])
  })

  it('tell of replies to the author of what is answered, and of none that is deleted or across a mute', async () => {
    const { id: commentId } = await comment(social.subgraph, id(bob), sunset, 'where?')
    const begun = await page(carol)
    expect(begun.edges).toEqual([])
    const answer = await reply(social.subgraph, id(carol), commentId, 'there')
    await reply(social.subgraph, id(alice), answer.id, 'not there')
    await reply(social.subgraph, id(bob), commentId, 'my own')
    expect((await page(bob)).edges.map(({ node }) => node)).toMatchObject([
      { kind: 'REPLY', actors: [{ id: carol }], video: { id: sunset }, comment: { content: 'there' }, actorCount: 1 },
    ])
    expect((await page(carol)).edges.map(({ node }) => node)).toMatchObject([
      { kind: 'REPLY', actors: [{ id: alice }], comment: { content: 'not there' } },
    ])
    expect(await shown()).toEqual([['COMMENT', [bob]]])
    await act(bob, `muteUser(input: { userId: ${id(alice)} })`)
    await reply(social.subgraph, id(alice), commentId, 'hello?')
    await act(carol, `deleteComment(input: { commentId: ${answer.id} })`)
    expect(await shown(bob)).toEqual([])
    expect(await shown(carol)).toEqual([['REPLY', [alice]]])
    await act(bob, `deleteComment(input: { commentId: ${commentId} })`)
    expect(await shown(carol)).toEqual([])
    const { rows } = await social.sql.query(
      `select from social.notifications where kind in ('REPLY', 'COMMENT') and recipient_id = any ($1)`,
      [[alice, bob, carol]],
    )
    expect(rows).toEqual([])
  })

  it('tell of all who like a video as one, and of those of other videos apart', async () => {
    const crowd = await social.register(12)
    const rain = await social.publish(id(alice))
    await likes(bob, rain)
    for (const person of crowd) await likes(person)
    const [first, second, ...others] = (await page()).edges.map(({ node }) => node)
    expect(others).toEqual([])
    expect(first).toMatchObject({ kind: 'LIKE', video: { id: sunset }, actorCount: 12 })
    expect(first?.actors.map((actor) => actor.id)).toEqual(crowd.toReversed().slice(0, 3))
    expect(second).toMatchObject({ video: { id: rain }, actorCount: 1 })
    expect(await unread()).toBe(13)
  })

  it('tell of mentions in titles, but not across a block, nor of deleted videos', async () => {
    const mention = (authorId: string | undefined, place: number) =>
      social.sql.query(
        `insert into video.mentions (id, video_id, user_id, author_id, "offset", length)
         values ((select coalesce(max(id), 0) + 1 from video.mentions), $1, $2, $3, $4, 5)`,
        [sunset, alice, authorId, place],
      )
    await mention(bob, 0)
    await mention(carol, 10)
    expect(await shown()).toEqual([
      ['MENTION', [carol]],
      ['MENTION', [bob]],
    ])
    expect(await unread()).toBe(2)
    await act(carol, `blockUser(input: { userId: ${id(alice)} })`)
    expect(await shown()).toEqual([['MENTION', [bob]]])
    await social.sql.query('delete from video.videos where id = $1', [sunset])
    expect(await shown()).toEqual([])
  })

  it('tell nothing of what is taken back, once of what is repeated, and nothing of one’s own acts', async () => {
    await likes(bob)
    await likes(bob)
    await likes(alice)
    await follows(bob, alice)
    const { addComment: added } = await ask<{ addComment: { comment: { id: string } } }>(
      social.subgraph,
      signedIn(id(carol)),
      addComment,
      { videoId: sunset, content: 'hm' },
    )
    await ask(social.subgraph, signedIn(id(alice)), addComment, { videoId: sunset, content: 'my own' })
    expect(await shown()).toHaveLength(3)
    await unlikes(bob)
    await act(bob, `unfollowUser(input: { userId: ${id(alice)} })`)
    await act(carol, `deleteComment(input: { commentId: ${added.comment.id} })`)
    expect(await shown()).toEqual([])
    expect(await unread()).toBe(0)
    const { rows } = await social.sql.query('select from social.notifications where recipient_id = $1', [alice])
    expect(rows).toEqual([])
  })

  it.each(['BLOCK', 'MUTE'])('tell nothing across a %s, whether it was before or comes after', async (kind) => {
    await likes(bob)
    await act(alice, `${kind === 'BLOCK' ? 'blockUser' : 'muteUser'}(input: { userId: ${id(bob)} })`)
    expect(await shown()).toEqual([])
    expect(await unread()).toBe(0)
    await act(alice, `muteUser(input: { userId: ${id(carol)} })`)
    await likes(carol)
    const { rows } = await social.sql.query('select from social.notifications where actor_id = $1', [carol])
    expect(rows).toEqual([])
  })

  it('tell nothing of who has blocked the viewer, is banned, or of a video that is gone', async () => {
    const rain = await social.publish(id(alice))
    await likes(bob)
    await likes(carol, rain)
    await follows(carol, alice)
    await act(bob, `blockUser(input: { userId: ${id(alice)} })`)
    await social.sql.query('delete from video.videos where id = $1', [rain])
    expect(await shown()).toEqual([['FOLLOW', [carol]]])
    await social.sql.query(`update "user".accounts set banned_at = now(), ban_reason = 'spam' where id = $1`, [carol])
    expect(await shown()).toEqual([])
    expect(await unread()).toBe(0)
  })

  it('tell an author how the processing of their videos ended, until a video is deleted or tried again', async () => {
    const rain = await social.publish(id(alice))
    const ends = (video: string, status: string, outcomeId: number) =>
      social.sql.query(
        `update video.videos set status = $2::text, failure = case when $2 = 'FAILED' then 'INTERNAL' end,
          outcome_id = $3, outcome_at = now() where id = $1`,
        [video, status, outcomeId],
      )
    await ends(sunset, 'READY', 2 ** 40)
    await likes(bob)
    await ends(rain, 'FAILED', 2 ** 53 - 2)
    expect((await page()).edges.map(({ node }) => node)).toMatchObject([
      { kind: 'VIDEO_FAILED', actors: [], actorCount: 0, video: { id: rain }, comment: null, isRead: false },
      { kind: 'LIKE', actors: [{ id: bob }], video: { id: sunset } },
      { kind: 'VIDEO_READY', actors: [], actorCount: 0, video: { id: sunset }, comment: null, isRead: false },
    ])
    expect(await unread()).toBe(3)
    expect(await shown(bob)).toEqual([])
    const mark = (upTo: number) => act(alice, `markNotificationsRead(input: { upTo: ${upTo} })`)
    await mark(2 ** 53 - 1)
    expect(await unread()).toBe(0)
    expect((await page()).edges.map(({ node }) => node.isRead)).toEqual([true, true, true])
    await social.sql.query('update video.videos set outcome_id = null where id = $1', [rain])
    await social.sql.query('delete from video.videos where id = $1', [sunset])
    expect(await shown()).toEqual([])
    await social.sql.query(
      "update video.videos set outcome_id = 2, outcome_at = now() - interval '91 days' where id = $1",
      [rain],
    )
    expect(await shown()).toEqual([])
  })

  it('are paged, each once', async () => {
    const videos = [sunset]
    for (let count = 0; count < 4; count++) videos.push(await social.publish(id(alice)))
    for (const who of [bob, carol]) for (const video of videos) await likes(who, video)
    const first = await page(alice, { first: 3 })
    const rest = await page(alice, { first: 3, after: first.pageInfo.endCursor })
    const listed = [...first.edges, ...rest.edges].map(({ node }) => node.video?.id)
    expect(listed).toEqual(videos.toReversed())
    expect([first, rest].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, false])
  })

  it('are marked as read up to one of them, and never back', async () => {
    await likes(bob)
    await follows(bob, alice)
    const [follow, like] = (await page()).edges.map(({ node }) => node.id)
    const mark = async (upTo: string | undefined): Promise<number> =>
      (
        await ask<{ markNotificationsRead: { unreadCount: number } }>(
          social.subgraph,
          signedIn(id(alice)),
          'mutation ($upTo: ID!) { markNotificationsRead(input: { upTo: $upTo }) { unreadCount } }',
          { upTo: id(upTo) },
        )
      ).markNotificationsRead.unreadCount
    expect(await mark(like)).toBe(1)
    expect(await mark(String(2 ** 53 - 1))).toBe(0)
    expect(await mark(like)).toBe(0)
    expect((await page()).edges.map(({ node }) => node.isRead)).toEqual([true, true])
    await likes(carol)
    expect(await unread()).toBe(1)
    expect(follow).not.toBe(like)
  })

  it('are found by any act in them, and are the viewer’s alone', async () => {
    await likes(bob)
    const [before] = (await page()).edges
    await likes(carol)
    const find = async (who: string | undefined) =>
      ask<{ notification: Shown | null }>(
        social.subgraph,
        signedIn(id(who)),
        'query ($id: ID!) { notification(id: $id) { actorCount actors { id } } }',
        { id: id(before?.node.id) },
      )
    expect(await find(alice)).toEqual({ notification: { actorCount: 2, actors: [{ id: carol }, { id: bob }] } })
    expect(await find(bob)).toEqual({ notification: null })
    expect(await unread(bob)).toBeNull()
    expect((await refusal(social.subgraph, anonymous, list)).code).toBe('UNAUTHENTICATED')
  })

  it('are events for the gateway, with what is read', async () => {
    const since = async (upTo: string | null, userId: string | null = null) =>
      (
        await ask<{ socialEvents: { upTo: string; events: { type: string; userId: string; subjectId: string }[] } }>(
          social.subgraph,
          anonymous,
          events,
          { since: upTo, userId },
        )
      ).socialEvents
    const begin = await since(null)
    await likes(bob)
    const [notification] = (await page()).edges.map(({ node }) => node.id)
    const added = { type: 'NotificationAdded', userId: alice, subjectId: notification }
    expect((await since(begin.upTo)).events).toEqual([added])
    await act(alice, `markNotificationsRead(input: { upTo: ${id(notification)} })`)
    const read = { type: 'NotificationsRead', userId: alice, subjectId: notification }
    expect((await since(begin.upTo, alice)).events).toEqual([added, read])
    expect((await since(begin.upTo, bob)).events).toEqual([])
  })

  it('are found by their keys when likes and follows are taken back, however many there are', async () => {
    const table = async () => {
      const { rows } = await social.sql.query<{ readInOrder: string; deleted: string }>(
        `select seq_tup_read as "readInOrder", n_tup_del as deleted from pg_stat_user_tables where relname = 'notifications'`,
      )
      return { readInOrder: Number(rows[0]?.readInOrder), deleted: Number(rows[0]?.deleted) }
    }
    const rounds = 12
    async function takeBack(): Promise<void> {
      for (let round = 0; round < rounds; round++) {
        await likes(bob)
        await unlikes(bob)
        await follows(bob, alice)
        await act(bob, `unfollowUser(input: { userId: ${id(alice)} })`)
      }
    }
    const before = await table()
    // Statements of triggers are planned anew five times, then once for all: here while there is next to nothing to read.
    await takeBack()
    await social.sql.query(`
      insert into social.notifications (recipient_id, id, kind, actor_id, subject_id)
      select 8000000 + n % 100, 9000000 + n, 'LIKE', 1, 1 from generate_series(1, 20000) as n`)
    await takeBack()
    // A backend reports what it did when it has been idle for some seconds.
    await expect.poll(async () => (await table()).deleted).toBeGreaterThanOrEqual(before.deleted + 2 * 2 * rounds)
    // One look through the whole table would read them all.
    expect((await table()).readInOrder - before.readInOrder).toBeLessThan(20_000)
  })

  it('are kept for ninety days, and the newest thousand of whoever reads them', async () => {
    await social.sql.query(
      `insert into social.notifications (recipient_id, id, kind, actor_id, subject_id, created_at)
        select $1, 5000 + n, 'LIKE', $2, $3, now() - interval '91 days' from generate_series(1, 1500) as n`,
      [alice, bob, sunset],
    )
    // Of those that were written first.
    await social.sql.query('delete from social.notifications where recipient_id <> $1', [alice])
    const db = openDatabase<SocialTables>({
      url: social.databaseUrl,
      schema: 'social',
      poolSize: 1,
      onConnectionError: () => undefined,
    })
    const cleanup = scheduledSocialJobs(db).find(({ name }) => name === 'remove-old-notifications')
    expect([await cleanup?.work(), await cleanup?.work()]).toEqual([1_500, 0])
    await db.destroy()
    await social.sql.query(
      `insert into social.notifications (recipient_id, id, kind, actor_id, subject_id)
        select $1, 5000 + n, 'LIKE', $2, $3 from generate_series(1, 1500) as n`,
      [alice, bob, sunset],
    )
    await ask(
      social.subgraph,
      signedIn(id(alice)),
      'mutation { markNotificationsRead(input: { upTo: 5900 }) { unreadCount } }',
    )
    const { rows } = await social.sql.query<{ first: string; kept: string }>(
      'select min(id) as first, count(*) as kept from social.notifications where recipient_id = $1',
      [alice],
    )
    expect(rows).toEqual([{ first: '5501', kept: '1000' }])
  })
})
