import type { Viewer } from '../../../platform/caller.ts'
import type { VideoRepository } from './repository.ts'

/** Whom the viewer of one request keeps away, read when it is asked for the first time. */
export interface HiddenAuthors {
  /** Those of some people whom the viewer has blocked or muted. */
  among(authorIds: readonly string[]): Promise<ReadonlySet<string>>
}

const nobody: ReadonlySet<string> = new Set()

/** Anonymous viewers are shown everybody, and nothing is asked. */
export function createHiddenAuthors(
  videos: Pick<VideoRepository, 'hiddenPeople' | 'hiddenAuthors'>,
  viewer: Viewer | null,
): HiddenAuthors {
  let people: Promise<ReadonlySet<string> | null> | undefined

  async function readPeople(viewerId: string): Promise<ReadonlySet<string> | null> {
    const found = (await videos.hiddenPeople([viewerId])).get(viewerId)
    return found === undefined ? nobody : found
  }

  return {
    async among(authorIds) {
      if (!viewer || authorIds.length === 0) return nobody
      const { userId } = viewer
      const hidden = await (people ??= readPeople(userId))
      if (hidden === nobody) return nobody
      if (hidden) return new Set(authorIds.filter((id) => hidden.has(id)))
      // Too many to be read as a whole.
      const pairs = await videos.hiddenAuthors(authorIds.map((id) => `${userId}:${id}`))
      return new Set(authorIds.filter((id) => pairs.has(`${userId}:${id}`)))
    },
  }
}
