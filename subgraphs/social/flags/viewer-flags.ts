import type { Viewer } from '../../../platform/caller.ts'
import type { ReadFlags } from './repository.ts'

/** What the viewer has to do with a person. */
export interface PersonFlags {
  readonly isFollow: boolean
  readonly isBlocked: boolean
  readonly isMuted: boolean
}

/** What the viewer of one request has to do with people and videos, each read once. */
export interface ViewerFlags {
  /** In the order of the ids. */
  ofPeople(userIds: readonly string[]): Promise<PersonFlags[]>
  /** Those of the videos that the viewer likes. */
  likedAmong(videoIds: readonly string[]): Promise<ReadonlySet<string>>
  /** Forgets what was read, so that an operation of several mutations shows the new state after each. */
  forget(): void
}

const noFlags: PersonFlags = { isFollow: false, isBlocked: false, isMuted: false }
const nothing: ReadonlySet<string> = new Set()

/** Anonymous viewers have to do with nobody, and nothing is asked. */
export function createViewerFlags(readFlags: ReadFlags, viewer: Viewer | null): ViewerFlags {
  /** By person; of one that is missing nothing is asked yet. */
  const people = new Map<string, Promise<ReadonlyMap<string, PersonFlags>>>()

  async function readPeople(viewerId: string, userIds: readonly string[]): Promise<Map<string, PersonFlags>> {
    const flags = await readFlags({ viewerId, videoIds: [], userIds })
    const found = new Map<string, PersonFlags>()
    const set = (ids: readonly string[], flag: keyof PersonFlags): void => {
      for (const id of ids) found.set(id, { ...(found.get(id) ?? noFlags), [flag]: true })
    }
    set(flags.followedUserIds, 'isFollow')
    set(flags.blockedUserIds, 'isBlocked')
    set(flags.mutedUserIds, 'isMuted')
    return found
  }

  return {
    async ofPeople(userIds) {
      if (!viewer) return userIds.map(() => noFlags)
      const unasked = [...new Set(userIds.filter((id) => !people.has(id)))]
      if (unasked.length > 0) {
        const reading = readPeople(viewer.userId, unasked)
        for (const id of unasked) people.set(id, reading)
      }
      const readings = userIds.map((id) => people.get(id))
      const found = new Map<unknown, ReadonlyMap<string, PersonFlags> | undefined>()
      for (const reading of new Set(readings)) found.set(reading, await reading)
      return userIds.map((id, index) => found.get(readings[index])?.get(id) ?? noFlags)
    },
    async likedAmong(videoIds) {
      if (!viewer || videoIds.length === 0) return nothing
      const { favoriteVideoIds } = await readFlags({ viewerId: viewer.userId, videoIds, userIds: [] })
      return favoriteVideoIds.length === 0 ? nothing : new Set(favoriteVideoIds)
    },
    forget() {
      people.clear()
    },
  }
}
