import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { isEachVisibleTo, isPublic } from '../../../db/visibility.ts'
import { prepareRead } from '../../../platform/postgres/prepared-read.ts'
import { batchReads } from '../../../platform/caching/batched-reads.ts'
import { keysIn, keyTextsOf, type VideoKey, type VideoKeyTexts } from '../videos/repository.ts'

/**
 * How many of the newest videos that were published strictly before a moment; null is after all of them. None of people
 * whom the viewer has blocked or muted.
 */
export interface FeedQuestion {
  readonly before: Date | null
  readonly count: number
  readonly viewerId: string | null
}

export type FeedRepository = ReturnType<typeof createFeedRepository>

/** All public videos, newest first. */
export function createFeedRepository(db: Kysely<VideoTables>) {
  // Anonymous viewers have no blocks and mutes, so their statement does not check any.
  const readForEverybody = prepareRead(db, () => pages([], undefined).compile(db))

  return {
    /** Pages of the feed; the millisecond is the whole sort key, because it is unique. */
    page: batchReads<FeedQuestion, readonly VideoKey[]>(async (questions) => {
      const isAnyViewer = questions.some(({ viewerId }) => viewerId !== null)
      const rows = isAnyViewer
        ? (await pages(questions, sql`wanted.viewer_id`).execute(db)).rows
        : await readForEverybody(parametersOf(questions))
      return rows.map(keysIn)
    }),
  }
}

function parametersOf(
  questions: readonly FeedQuestion[],
): [befores: unknown[], counts: number[], viewerIds: unknown[]] {
  return [
    questions.map(({ before }) => before ?? 'infinity'),
    questions.map(({ count }) => count),
    questions.map(({ viewerId }) => viewerId),
  ]
}

/** Its parameters are in the order of `parametersOf`. */
function pages(
  questions: readonly FeedQuestion[],
  viewerId: RawBuilder<unknown> | undefined,
): RawBuilder<VideoKeyTexts> {
  const [befores, counts, viewerIds] = parametersOf(questions)
  return sql`
    select page.*
    from unnest(${befores}::timestamptz[], ${counts}::integer[], ${viewerIds}::bigint[])
      with ordinality as wanted (before, count, viewer_id, place)
    cross join lateral ${keyTextsOf(sql`
      select id, published_at from videos
      where videos.published_at < wanted.before and ${isPublic} and ${isEachVisibleTo(viewerId, sql`videos.author_id`)}
      order by videos.published_at desc
      limit wanted.count`)} as page
    order by wanted.place`
}
