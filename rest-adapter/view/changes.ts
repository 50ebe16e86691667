import { LRUCache } from 'lru-cache'
import { createShortMemory } from '../../platform/short-memory.ts'

/** What a mutation through this process changed, as far as its text and variables tell. */
export interface Change {
  readonly viewerId: string
  /** The mutation fields in it. */
  readonly fields: ReadonlySet<string>
  /** Every id in its arguments. */
  readonly ids: ReadonlySet<string>
}

/** What changed through this process a moment ago, so that nothing is shown from before. */
export interface Changes {
  /** Takes note of a change that is committed, before its caller is answered. */
  note(change: Change): void
  /** Remembers whose a video is: a like moves the counts of both. */
  learnAuthor(videoId: string, authorId: string): void
  /** Whether anything at all changed since a moment. */
  anySince(since: number): boolean
  /** Whether something with one of these ids changed since a moment. */
  concern(ids: Iterable<string>, since: number): boolean
}

/** What those need of changes who keep something. */
export type KnownChanges = Pick<Changes, 'learnAuthor' | 'anySince' | 'concern'>

/** Mutations that change nothing of what is kept for everybody. */
const unseen = new Set([
  'sendMessage',
  'muteUser',
  'unmuteUser',
  'createUpload',
  'createPictureUpload',
  'login',
  'logout',
  'register',
  'refreshSession',
  'revokeSession',
  'revokeAllSessions',
  'changePassword',
])
/** Mutations that change nothing but what their ids name, and the viewer; and of videos their authors. */
const named = new Set(['favoriteVideo', 'unfavoriteVideo', 'followUser', 'unfollowUser', 'addComment'])
const ofVideo = new Set(['favoriteVideo', 'unfavoriteVideo'])

/** Longer than anything is kept that can change, in milliseconds. */
const rememberedMs = 1_000
/** More changes than one process commits in that time. */
const mostRemembered = 1_000_000

/** Remembers changes by the ids that they concern. Any other mutation, which is rare, concerns everything. */
export function createChanges(): Changes {
  const byId = createShortMemory<number>({ keptMs: rememberedMs, most: mostRemembered })
  const authors = new LRUCache<string, string>({ max: 20_000 })
  let everythingAt = -Infinity
  let latestAt = -Infinity

  return {
    note({ viewerId, fields, ids }) {
      const now = performance.now()
      const seen = [...fields].filter((field) => !unseen.has(field))
      if (seen.length === 0) return
      latestAt = now
      const authorsOf = seen.some((field) => ofVideo.has(field)) ? [...ids].map((id) => authors.get(id)) : []
      if (!seen.every((field) => named.has(field)) || authorsOf.includes(undefined)) {
        everythingAt = now
        return
      }
      for (const id of [viewerId, ...ids, ...authorsOf]) if (id !== undefined) byId.set(id, now, now)
    },
    learnAuthor: (videoId, authorId) => void authors.set(videoId, authorId),
    anySince: (since) => latestAt >= since,
    concern(ids, since) {
      if (latestAt < since) return false
      if (everythingAt >= since) return true
      const now = performance.now()
      for (const id of ids) {
        const changedAt = byId.get(id, now)
        if (changedAt != null && changedAt >= since) return true
      }
      return false
    },
  }
}

/** Where nothing tells of changes, as between processes. */
export const noChanges: KnownChanges = {
  learnAuthor: () => undefined,
  anySince: () => false,
  concern: () => false,
}
