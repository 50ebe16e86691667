import { createMirror, type Mirror } from '../../platform/mirror.ts'
import type { KnownChanges } from './changes.ts'
import type { Cards, UserCard, VideoCard } from './cards.ts'
import { unlessAway, type AskPublic } from './public-graph.ts'

/** A page of the feed, as everybody sees it. */
export interface FeedPage {
  readonly videos: readonly VideoCard[]
  readonly videoIds: readonly string[]
  readonly authorIds: readonly string[]
  readonly authors: ReadonlyMap<string, UserCard | null>
  /** When the oldest of its videos was published, in milliseconds; null when it has none. */
  readonly publishedFrom: number | null
}

/** For how long a page is shown to those who changed nothing, in milliseconds; its cards may be a little older. */
const keptMs = 100
/**
 * The newest pages are asked for again and again, those before any other moment hardly ever: the sooner they are forgotten,
 * the less there is to collect.
 */
const mostPages = 64

/** Opens pages of the feed, by the moment before which their videos were published (ISO 8601), or `` for the newest. */
export function createFeedPages(ask: AskPublic, cards: Cards, changes: KnownChanges): Mirror<FeedPage> {
  async function read(publishedBefore: string | null, isFresh: boolean): Promise<FeedPage> {
    const { feed } = await ask('FeedPage', { publishedBefore })
    const videos = (await cards.videos(feed.nodeIds, isFresh)).filter((video) => video !== null)
    const authorIds = [...new Set(videos.flatMap(({ authorId }) => authorId ?? []))]
    const authors = await unlessAway(cards.users(authorIds, isFresh), [])
    return {
      videos,
      videoIds: videos.map(({ id }) => id),
      authors: new Map(authorIds.map((id, index) => [id, authors[index] ?? null])),
      authorIds,
      publishedFrom: videos.at(-1)?.publishedAt ?? null,
    }
  }

  return createMirror(
    async (moments, isFresh) =>
      new Map(await Promise.all(moments.map(async (moment) => [moment, await read(moment || null, isFresh)] as const))),
    {
      keptMs,
      most: mostPages,
      isOutdated: (_key, page, since) =>
        changes.anySince(since) && changes.concern([...(page?.videoIds ?? []), ...(page?.authorIds ?? [])], since),
      hasChanged: changes.anySince,
    },
  )
}
