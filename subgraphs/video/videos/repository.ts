import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { isUnmoderated } from '../../../db/visibility.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { decodeCursor, encodeCursor } from '../../../platform/graphql/cursor.ts'
import { groupBy } from '../../../platform/postgres/group-by.ts'
import { anyOf, idArray, listIn, textOf } from '../../../platform/postgres/database.ts'
import { prepareRead } from '../../../platform/postgres/prepared-read.ts'
import { shareReads } from '../../../platform/caching/batched-reads.ts'

/** Who may see a video: every user, its author and their friends, or its author alone. */
export type Visibility = 'PUBLIC' | 'FRIENDS' | 'PRIVATE'

export type VideoStatus = 'UPLOADED' | 'PROCESSING' | 'READY' | 'FAILED'

/** A published video. */
export interface VideoRow {
  readonly id: string
  readonly authorId: string
  readonly title: string
  /** The keys of the objects of the uploaded file and of the cover. */
  readonly playKey: string
  readonly coverKey: string
  /** What is played once it is ready. */
  readonly mp4Key: string | null
  readonly hlsKey: string | null
  readonly thumbhash: string | null
  readonly status: VideoStatus
  /** In percent, while it is processed. */
  readonly progress: number
  /** A `FailureCode` when it has failed. */
  readonly failure: string | null
  /** The format of sound that cannot be decoded; null when none is lost. */
  readonly lostSound: string | null
  readonly durationMs: number
  /** In pixels, as shown. */
  readonly width: number
  readonly height: number
  /** Whole milliseconds; unique. */
  readonly publishedAt: Date
  /** Whether its author is banned, so that it is visible to nobody. */
  readonly isHidden: boolean
  readonly visibility: Visibility
}

/** How many videos an author has published, and how many of these are not public. */
export interface WorkCounts {
  readonly workCount: number
  readonly restrictedCount: number
}

/** The sort key of a video in lists. */
export type VideoKey = Pick<VideoRow, 'id' | 'publishedAt'>

/** A page of keys as one row, because parsing a row costs more than its two numbers. */
export interface VideoKeyTexts {
  readonly ids: string | null
  /** In milliseconds. */
  readonly moments: string | null
}

/** Aggregates rows of `id` and `published_at` into one row, in order; `keysIn` parses it. */
export function keyTextsOf(keys: RawBuilder<unknown>): RawBuilder<VideoKeyTexts> {
  return sql`(
    select string_agg(id::text, ',') as ids,
      string_agg((extract(epoch from published_at) * 1000)::bigint::text, ',') as moments
    from (${keys}) as keys
  )`
}

/** The keys in a row from `keyTextsOf`. */
export function keysIn({ ids, moments }: VideoKeyTexts): VideoKey[] {
  const publishedAt = moments?.split(',') ?? []
  return ids?.split(',').map((id, index) => ({ id, publishedAt: new Date(Number(publishedAt[index])) })) ?? []
}

/** A transcoded file of a video. */
export interface RenditionRow {
  readonly videoId: string
  readonly name: string
  readonly key: string
  readonly width: number
  readonly height: number
  /** In bits per second. */
  readonly bitRate: number
}

/** How many of a viewer's blocked and muted users are read as a whole; beyond that, each author of a page is looked up. */
const maxExcluded = 100

export type VideoRepository = ReturnType<typeof createVideoRepository>

/** Videos, and how many each author has published. */
export function createVideoRepository(db: Kysely<VideoTables>) {
  const readMany = prepareRead(db, () =>
    db.selectFrom('videos').select(columns).where('id', '=', anyOf([])).$castTo<VideoRow>().compile(),
  )
  const readByAuthors = prepareRead(db, () => pagesOfAuthors([], new Date(), 1, []).compile(db))
  const readBlockedOrMuted = prepareRead(db, () => blockedOrMutedOf([]).compile(db))
  const readWorkCounts = prepareRead(db, () =>
    db
      .selectFrom('authorCounts')
      .select([textOf('authorId'), textOf('workCount'), textOf('restrictedCount')])
      .where('authorId', '=', anyOf([]))
      .compile(),
  )

  return {
    /** The existing ones of the videos. */
    async findMany(ids: readonly string[]): Promise<Map<string, VideoRow>> {
      const rows = await readMany([idArray(ids)])
      return new Map(rows.map((row) => [row.id, row]))
    },

    /** The renditions of each video that has any, by name. */
    async renditionsOf(videoIds: readonly string[]): Promise<Map<string, RenditionRow[]>> {
      const rows = await db
        .selectFrom('renditions')
        .selectAll()
        .where('videoId', 'in', videoIds)
        .orderBy('name')
        .execute()
      return groupBy(rows, (row) => row.videoId)
    },

    /** Changes the cover of an author's video; null when it no longer exists, or has another file. */
    async setCover(
      { id, authorId, playKey }: Pick<VideoRow, 'id' | 'authorId' | 'playKey'>,
      cover: { readonly coverKey: string; readonly thumbhash: string },
    ): Promise<VideoRow | null> {
      const row = await db
        .updateTable('videos')
        .set(cover)
        .where('id', '=', id)
        .where('authorId', '=', authorId)
        .where('playKey', '=', playKey)
        .returningAll()
        .executeTakeFirst()
      return (row as VideoRow | undefined) ?? null
    },

    /**
     * Changes the visibility of a video and moves it into another folder of the object store, where its objects have the same names.
     * The old ones are to be removed afterwards. One statement, hence one transaction.
     *
     * @param formerKeys all old objects.
     * @returns null when the video no longer exists, or is not as it was before.
     */
    async move(
      before: VideoRow,
      visibility: Visibility,
      folder: string,
      formerKeys: readonly string[],
    ): Promise<VideoRow | null> {
      const moved = (key: RawBuilder<unknown>) => sql`${folder}::text || regexp_replace(${key}, '^.*/', '')`
      const { rows } = await sql<VideoRow>`
        with changed as (
          update videos
          set visibility = ${visibility}, play_key = ${moved(sql`play_key`)}, cover_key = ${moved(sql`cover_key`)},
            mp4_key = ${moved(sql`mp4_key`)}, hls_key = ${moved(sql`hls_key`)}
          where id = ${before.id} and author_id = ${before.authorId} and visibility = ${before.visibility}
            and play_key = ${before.playKey} and cover_key = ${before.coverKey}
            and mp4_key is not distinct from ${before.mp4Key} and hls_key is not distinct from ${before.hlsKey}
          returning *
        ), renamed as (
          update renditions set key = ${moved(sql`renditions.key`)} from changed where video_id = changed.id
        ), counted as (
          update author_counts as counts
          set restricted_count = counts.restricted_count
            + (changed.visibility <> 'PUBLIC')::integer - (${before.visibility}::text <> 'PUBLIC')::integer
          from changed where counts.author_id = changed.author_id
        ), noted as (
          insert into moved_objects (key)
          select key from changed, unnest(${formerKeys}::text[]) as key on conflict do nothing
        )
        select * from changed`.execute(db)
      return rows[0] ?? null
    },

    /** Makes a private video one for friends, which keeps its objects. Null as above. */
    async showToFriends(before: VideoRow): Promise<VideoRow | null> {
      const row = await db
        .updateTable('videos')
        .set({ visibility: 'FRIENDS' })
        .where('id', '=', before.id)
        .where('authorId', '=', before.authorId)
        .where('visibility', '=', 'PRIVATE')
        .returningAll()
        .executeTakeFirst()
      return (row as VideoRow | undefined) ?? null
    },

    /** A page of each author's videos with some visibilities, newest first, plus one row when there are more. */
    async byAuthors(
      authorIds: readonly string[],
      page: PageArguments,
      visibilities: readonly Visibility[],
    ): Promise<Map<string, VideoKey[]>> {
      const before = page.after == null ? 'infinity' : publishedAtOf(page.after)
      const rows = await readByAuthors([idArray(authorIds), before, page.first + 1, visibilities])
      return new Map(rows.map((row) => [row.authorId, keysIn(row)]))
    },

    /** Those of the authors whom the viewer has blocked or muted; keys are `viewer:author`. */
    blockedOrMuted: shareReads<true>(async (pairs) => {
      const [viewerIds, authorIds] = [0, 1].map((place) => idArray(pairs.map((pair) => pair.split(':')[place] ?? '')))
      const { rows } = await sql<{ pair: string }>`
        select wanted.viewer_id || ':' || wanted.author_id as pair
        from unnest(${viewerIds}::bigint[], ${authorIds}::bigint[]) as wanted (viewer_id, author_id)
        cross join lateral (
          select from social.hidden_people where viewer_id = wanted.viewer_id and person_id = wanted.author_id limit 1
        ) as hidden`.execute(db)
      return new Map(rows.map(({ pair }) => [pair, true]))
    }),

    /** The users whom each viewer has blocked or muted, if any; `many` for more than can be read as a whole. */
    async blockedOrMutedBy(viewerIds: readonly string[]): Promise<Map<string, ReadonlySet<string> | 'many'>> {
      const rows = await readBlockedOrMuted([idArray(viewerIds)])
      return new Map(rows.map(({ viewerId, ids }) => [viewerId, ids === null ? 'many' : new Set(ids.split(','))]))
    },

    /** How many videos each author has published, if any. */
    async workCounts(authorIds: readonly string[]): Promise<Map<string, WorkCounts>> {
      const [found] = await readWorkCounts([idArray(authorIds)])
      const [counts, restricted] = [listIn(found?.workCount), listIn(found?.restrictedCount)]
      return new Map(
        listIn(found?.authorId).map((authorId, place) => [
          authorId,
          { workCount: Number(counts[place]), restrictedCount: Number(restricted[place]) },
        ]),
      )
    },

    /** Which users are friends, each asked for as `user:other`. */
    friendsAmong: shareReads<true>(async (pairs) => {
      const [userIds, otherIds] = [0, 1].map((place) => idArray(pairs.map((pair) => pair.split(':')[place] ?? '')))
      const { rows } = await sql<{ pair: string }>`
        select wanted.user_id || ':' || wanted.other_id as pair
        from unnest(${userIds}::bigint[], ${otherIds}::bigint[]) as wanted (user_id, other_id)
        -- The limit makes each a look-up by key.
        cross join lateral (
          select from social.friendships as friendship
          where friendship.user_id = wanted.user_id and friendship.friend_id = wanted.other_id limit 1
        ) as found`.execute(db)
      return new Map(rows.map(({ pair }) => [pair, true]))
    }),

    /** Those of the videos that were reported. */
    async reportedAmong(videoIds: readonly string[]): Promise<ReadonlySet<string>> {
      const rows = await db
        .selectFrom('social.reportedVideos')
        .select('videoId')
        .where('videoId', '=', anyOf(videoIds))
        .execute()
      return new Set(rows.map(({ videoId }) => videoId))
    },
  }
}

const columns = [
  ...([
    'id',
    'authorId',
    'title',
    'playKey',
    'coverKey',
    'mp4Key',
    'hlsKey',
    'thumbhash',
    'status',
    'progress',
  ] as const),
  ...(['failure', 'lostSound', 'durationMs', 'width', 'height', 'publishedAt', 'isHidden', 'visibility'] as const),
]

function blockedOrMutedOf(viewerIds: readonly string[]): RawBuilder<{ viewerId: string; ids: string | null }> {
  return sql`
    select wanted.viewer_id, hidden.ids
    from unnest(${idArray(viewerIds)}::bigint[]) as wanted (viewer_id)
    cross join lateral (
      select case when count(*) <= ${sql.lit(maxExcluded)} then string_agg(person_id::text, ',') end as ids, count(*) as people
      from (
        select person_id from social.hidden_people where viewer_id = wanted.viewer_id limit ${sql.lit(maxExcluded + 1)}
      ) as people
    ) as hidden
    where hidden.people > 0`
}

/** Its parameters are in the order of the arguments. Each visibility is a range of an index. */
function pagesOfAuthors(
  authorIds: readonly string[],
  before: Date,
  limit: number,
  visibilities: readonly Visibility[],
): RawBuilder<VideoKeyTexts & { readonly authorId: string }> {
  return sql`
    select wanted.author_id, page.*
    from unnest(${idArray(authorIds)}::bigint[]) as wanted (author_id)
    cross join (select ${before}::timestamptz as before, ${limit}::integer as count) as bounds
    cross join lateral ${keyTextsOf(sql`
      select newest.* from unnest(${visibilities}::text[]) as shown (visibility)
      cross join lateral (
        select id, published_at from videos
        where videos.author_id = wanted.author_id and videos.visibility = shown.visibility
          and videos.published_at < bounds.before and ${isUnmoderated}
        order by videos.published_at desc
        limit bounds.count
      ) as newest
      order by published_at desc
      limit bounds.count`)} as page`
}

/** The cursor of a video in every list that is ordered by publication time. */
export function videoCursor(video: VideoKey): string {
  return encodeCursor(String(video.publishedAt.getTime()))
}

const lastMoment = Date.UTC(9999, 11, 31)

/**
 * The publication time in a cursor.
 *
 * @throws BadUserInput
 */
export function publishedAtOf(cursor: string): Date {
  const [milliseconds] = decodeCursor(cursor, 1)
  // A made-up cursor may exceed the range of timestamps.
  return new Date(Math.min(Number(milliseconds), lastMoment))
}
