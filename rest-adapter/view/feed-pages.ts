import { createMirror, type Mirror } from '../../platform/mirror.ts'
import { itemsOf } from '../presenters/list.ts'
import type { Cards, UserCard, VideoCard } from './cards.ts'
import { unlessAway, type AskPublic } from './public-graph.ts'

/** A page of the feed, as everybody sees it. */
export interface FeedPage {
  readonly videos: readonly VideoCard[]
  readonly videoIds: readonly string[]
  readonly authorIds: readonly string[]
  readonly authors: ReadonlyMap<string, UserCard>
  /** When the oldest of its videos was published, in milliseconds; null when it has none. */
  readonly publishedFrom: number | null
}

/** For how long a page is shown to those who changed nothing, in milliseconds; its cards may be a little older. */
const keptMs = 100
const mostPages = 500

/** Opens pages of the feed, by the moment before which their videos were published (ISO 8601), or `` for the newest. */
export function createFeedPages(ask: AskPublic, cards: Cards): Mirror<FeedPage> {
  async function read(publishedBefore: string | null, isFresh: boolean): Promise<FeedPage> {
    const { feed } = await ask('FeedPage', { publishedBefore }, isFresh)
    const items = itemsOf(feed)
    const oldest = items.at(-1)
    const authorIds = [...new Set(items.flatMap(({ author }) => author?.id ?? []))]
    const [videos, authors] = await Promise.all([
      cards.videos(
        items.map(({ id }) => id),
        isFresh,
      ),
      unlessAway(cards.users(authorIds, isFresh), []),
    ])
    const shown = videos.filter((video) => video !== null)
    return {
      videos: shown,
      videoIds: shown.map(({ id }) => id),
      authorIds,
      authors: new Map(authorIds.flatMap((id, index) => (authors[index] == null ? [] : [[id, authors[index]]]))),
      publishedFrom: oldest ? Date.parse(oldest.publishedAt) : null,
    }
  }

  return createMirror(
    async (moments, isFresh) =>
      new Map(await Promise.all(moments.map(async (moment) => [moment, await read(moment || null, isFresh)] as const))),
    { keptMs, most: mostPages },
  )
}
