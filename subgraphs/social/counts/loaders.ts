import DataLoader from 'dataloader'
import type { CountRepository, UserCounts, VideoCounts } from './repository.ts'

const uncountedVideo: VideoCounts = { favoriteCount: 0, commentCount: 0 }
const uncountedUser: UserCounts = { followCount: 0, followerCount: 0, favoriteCount: 0, totalFavorited: 0 }

/** Loaders of one request; what was never counted is zero. */
export function createCountLoaders(counts: CountRepository) {
  return {
    videoCounts: new DataLoader<string, VideoCounts>(async (videoIds) => {
      const found = await counts.ofVideos(videoIds)
      return videoIds.map((videoId) => found.get(videoId) ?? uncountedVideo)
    }),
    userCounts: new DataLoader<string, UserCounts>(async (userIds) => {
      const found = await counts.ofUsers(userIds)
      return userIds.map((userId) => found.get(userId) ?? uncountedUser)
    }),
  }
}
