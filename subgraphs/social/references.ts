import type { ReferenceResolvers } from '../../platform/entities.ts'
import type { SocialContext, UserReference, VideoReference } from './context.ts'

const countsOfVideo = ['favoriteCount', 'commentCount']
const countsOfUser = ['followingCount', 'followerCount', 'favoriteCount', 'totalFavorited']
const flagsOfUser = ['isFollow', 'isBlocked', 'isMuted']

/** Reads what is asked of the people and videos of a page, so that it is there when their fields are resolved. */
export const references: ReferenceResolvers<SocialContext> = {
  async Video(ids, { loaders }, fields): Promise<VideoReference[]> {
    const [counts, isFavorite] = await Promise.all([
      isAnyOf(countsOfVideo, fields) ? loaders.videoCounts.loadMany(ids) : [],
      fields.has('isFavorite') ? loaders.isFavorite.loadMany(ids) : [],
    ])
    return ids.map((id, index) => ({
      id,
      counts: unlessFailed(counts[index]),
      isFavorite: unlessFailed(isFavorite[index]),
    }))
  },
  async User(ids, { loaders }, fields): Promise<UserReference[]> {
    const [counts, flags] = await Promise.all([
      isAnyOf(countsOfUser, fields) ? loaders.userCounts.loadMany(ids) : [],
      isAnyOf(flagsOfUser, fields) ? loaders.personFlags.loadMany(ids) : [],
    ])
    return ids.map((id, index) => ({ id, counts: unlessFailed(counts[index]), flags: unlessFailed(flags[index]) }))
  },
}

function isAnyOf(names: readonly string[], fields: ReadonlySet<string>): boolean {
  return names.some((name) => fields.has(name))
}

/** A field asks the loader again for what could not be read, and fails by itself. */
function unlessFailed<Value>(value: Value | Error | undefined): Value | undefined {
  return value instanceof Error ? undefined : value
}
