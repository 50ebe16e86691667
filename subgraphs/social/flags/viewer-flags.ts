import type { Caller } from '../../../platform/auth/caller.ts'
import type { SocialCache } from '../cache.ts'
import { hasId, type IdSet, type ManyIds } from './id-set.ts'
import type { UsersOfViewer, ReadFlags } from './repository.ts'

/** The viewer's relations to a user. */
export interface UserFlags {
  readonly isFollow: boolean
  readonly isBlocked: boolean
  readonly isMuted: boolean
}

/** The viewer's relations to users and videos in one request, each read once. */
export interface ViewerFlags {
  /** In the order of the ids. */
  ofUsers(userIds: readonly string[]): Promise<UserFlags[]>
  /** Those of the videos that the viewer likes. */
  likedAmong(videoIds: readonly string[]): Promise<ReadonlySet<string>>
  /** Drops what was read, so that an operation with several mutations shows the new state after each. */
  forget(): void
}

/** By user; missing ones have no relations. */
type ManyFlags = ReadonlyMap<string, UserFlags>

const noFlags: UserFlags = { isFollow: false, isBlocked: false, isMuted: false }
const nothing: ReadonlySet<string> = new Set()

/**
 * Reads the viewer's relations from the cache. For viewers with recent writes or with too many relations, a statement reads
 * those of the page. Anonymous viewers have none, and nothing is read.
 */
export function createViewerFlags(
  readFlags: ReadFlags,
  cache: Pick<SocialCache, 'usersOf' | 'likesOf' | 'keepsViewers'>,
  { viewer, hasRecentWrites }: Pick<Caller, 'viewer' | 'hasRecentWrites'>,
): ViewerFlags {
  /** By user; missing ones have not been read yet. */
  let users: Map<string, Promise<ManyFlags>> | undefined
  let isKept = hasRecentWrites !== true && cache.keepsViewers()
  let all: Promise<AllUsers | null> | undefined

  async function readUsers(viewerId: string, userIds: readonly string[]): Promise<ManyFlags> {
    const flags = await readFlags({ viewerId, videoIds: [], userIds })
    const found = new Map<string, UserFlags>()
    const set = (ids: readonly string[], flag: keyof UserFlags): void => {
      for (const id of ids) found.set(id, { ...(found.get(id) ?? noFlags), [flag]: true })
    }
    set(flags.followedUserIds, 'isFollow')
    set(flags.blockedUserIds, 'isBlocked')
    set(flags.mutedUserIds, 'isMuted')
    return found
  }

  async function findAll(viewerId: string): Promise<AllUsers | null> {
    const [found] = await cache.usersOf.get([viewerId])
    return found && isComplete(found) ? found : null
  }

  return {
    async ofUsers(userIds) {
      if (!viewer) return userIds.map(() => noFlags)
      const known = isKept ? await (all ??= findAll(viewer.userId)) : null
      if (known) return userIds.map((id) => flagsIn(known, id))
      const asked = (users ??= new Map<string, Promise<ManyFlags>>())
      const unasked = [...new Set(userIds.filter((id) => !asked.has(id)))]
      if (unasked.length > 0) {
        const reading = readUsers(viewer.userId, unasked)
        for (const id of unasked) asked.set(id, reading)
      }
      const readings = userIds.map((id) => asked.get(id))
      const found = new Map<unknown, ManyFlags | undefined>()
      for (const reading of new Set(readings)) found.set(reading, await reading)
      return userIds.map((id, index) => found.get(readings[index])?.get(id) ?? noFlags)
    },
    async likedAmong(videoIds) {
      if (!viewer || videoIds.length === 0) return nothing
      const { userId } = viewer
      const [liked] = isKept ? await cache.likesOf.get([userId]) : []
      if (liked && liked !== 'many') {
        return liked.length === 0 ? nothing : new Set(videoIds.filter((id) => hasId(liked, id)))
      }
      const { favoriteVideoIds } = await readFlags({ viewerId: userId, videoIds, userIds: [] })
      return favoriteVideoIds.length === 0 ? nothing : new Set(favoriteVideoIds)
    },
    forget() {
      users = undefined
      isKept = false
    },
  }
}

/** Those of a viewer who has few enough. */
type AllUsers = { readonly [Relation in keyof UsersOfViewer]: Exclude<UsersOfViewer[Relation], ManyIds> }

function isComplete(users: UsersOfViewer): users is AllUsers {
  return users.followed !== 'many' && users.blocked !== 'many' && users.muted !== 'many'
}

function flagsIn({ followed, blocked, muted }: AllUsers, id: string): UserFlags {
  const isFollow = hasId(followed, id)
  const [isBlocked, isMuted] = [isIn(blocked, id), isIn(muted, id)]
  return isFollow || isBlocked || isMuted ? { isFollow, isBlocked, isMuted } : noFlags
}

/** Most users have blocked and muted nobody. */
function isIn(ids: IdSet, id: string): boolean {
  return ids.length > 0 && hasId(ids, id)
}
