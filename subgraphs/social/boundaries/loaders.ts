import DataLoader from 'dataloader'
import type { Viewer } from '../../../platform/caller.ts'
import type { BoundaryKind, BoundaryRepository } from './repository.ts'

const none: ReadonlySet<BoundaryKind> = new Set()

/** Loaders of one request: `isBlocked` and `isMuted` of everybody in it are one question. */
export function createBoundaryLoaders(boundaries: BoundaryRepository, viewer: Viewer | null) {
  return {
    boundary: new DataLoader<string, ReadonlySet<BoundaryKind>>(async (userIds) => {
      if (!viewer) return userIds.map(() => none)
      const found = await boundaries.among(viewer.userId, userIds)
      return userIds.map((userId) => found.get(userId) ?? none)
    }),
  }
}
