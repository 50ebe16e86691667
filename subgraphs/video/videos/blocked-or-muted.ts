import type { Caller } from '../../../platform/auth/caller.ts'
import type { VideoCache } from '../cache.ts'
import type { RelationRepository } from './relations.ts'

/** The users whom the viewer of one request has blocked or muted, read on first use. */
export interface BlockedOrMuted {
  /** Those of the users whom the viewer has blocked or muted. */
  among(authorIds: readonly string[]): Promise<ReadonlySet<string>>
}

const nobody: ReadonlySet<string> = new Set()

/** Anonymous viewers have no blocks and mutes, and nothing is read. */
export function createBlockedOrMuted(
  relations: Pick<RelationRepository, 'blockedOrMuted'>,
  cache: Pick<VideoCache, 'blockedOrMutedBy'>,
  { viewer }: Pick<Caller, 'viewer'>,
  notBefore: number,
): BlockedOrMuted {
  let users: Promise<ReadonlySet<string> | null> | undefined

  return {
    async among(authorIds) {
      if (!viewer || authorIds.length === 0) return nobody
      const { userId } = viewer
      const hidden = await (users ??= cache.blockedOrMutedBy(userId, notBefore))
      if (hidden?.size === 0) return nobody
      if (hidden) return new Set(authorIds.filter((id) => hidden.has(id)))
      // Too many to be read as a whole.
      const pairs = await relations.blockedOrMuted(authorIds.map((id) => `${userId}:${id}`))
      return new Set(authorIds.filter((id) => pairs.has(`${userId}:${id}`)))
    },
  }
}
