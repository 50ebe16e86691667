import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { isUnmoderated } from '../../../db/visibility.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { decodeCursor, encodeCursor } from '../../../platform/graphql/cursor.ts'
import { groupBy } from '../../../platform/postgres/group-by.ts'
import { anyOf, idArray, listIn, textOf } from '../../../platform/postgres/database.ts'
import { prepareRead } from '../../../platform/postgres/prepared-read.ts'

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

export type VideoRepository = ReturnType<typeof createVideoRepository>

/** Videos, and how many each author has published. */
export function createVideoRepository(db: Kysely<VideoTables>) {
  const readMany = prepareRead(db, () =>
    db.selectFrom('videos').select(columns).where('id', '=', anyOf([])).$castTo<VideoRow>().compile(),
  )
  const readByAuthors = prepareRead(db, () => pagesOfAuthors([], new Date(), 1, []).compile(db))
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
