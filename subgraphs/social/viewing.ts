import type { AskedFields } from '../../platform/graphql/asked-fields.ts'
import { asError } from '../../platform/graphql/maybe-promise.ts'
import type { SocialContext, UserReference, VideoReference } from './context.ts'
import type { UserCounts, VideoCounts } from './counts/repository.ts'
import { defaultSettings } from './video-settings/repository.ts'

const countsOfVideo = ['favoriteCount', 'commentCount', 'bookmarkCount', 'shareCount']
const settingsOfVideo = ['commentPolicy', 'pinnedComment']
const countsOfUser = ['followingCount', 'followerCount', 'favoriteCount', 'totalFavorited']
const flagsOfUser = ['isFollow', 'isBlocked', 'isMuted']
const uncountedVideo: VideoCounts = { favoriteCount: 0, commentCount: 0, bookmarkCount: 0, shareCount: 0 }
const uncountedUser: UserCounts = { followCount: 0, followerCount: 0, favoriteCount: 0, totalFavorited: 0 }

type Viewing = Pick<SocialContext, 'cache' | 'notBefore' | 'flags' | 'caller' | 'bookmarks'>

/**
 * Videos with their selected fields, in the order of the ids. All fields are read together and are plain values; a failed read
 * is an Error in its own place.
 */
export async function showVideos(
  ids: readonly string[],
  { cache, notBefore, flags, caller, bookmarks }: Viewing,
  asked: AskedFields,
): Promise<VideoReference[]> {
  const [counts, liked, settings, bookmarked] = await Promise.all([
    isAnyOf(countsOfVideo, asked) ? cache.videoCounts.get(ids, notBefore).catch(asError) : null,
    asked.has('isFavorite') ? flags.likedAmong(ids).catch(asError) : null,
    isAnyOf(settingsOfVideo, asked) ? cache.videoSettings.get(ids, notBefore).catch(asError) : null,
    asked.has('isBookmarked') ? bookmarkedAmong(ids, { caller, bookmarks }).catch(asError) : null,
  ])
  return ids.map((id, index) => {
    const count = counts === null || counts instanceof Error ? counts : (counts[index] ?? uncountedVideo)
    const setting = settings === null || settings instanceof Error ? settings : (settings[index] ?? defaultSettings)
    return {
      __typename: 'Video',
      id,
      favoriteCount: count === null || count instanceof Error ? count : count.favoriteCount,
      commentCount: count === null || count instanceof Error ? count : count.commentCount,
      isFavorite: liked === null || liked instanceof Error ? liked : liked.has(id),
      bookmarkCount: count === null || count instanceof Error ? count : count.bookmarkCount,
      isBookmarked: bookmarked === null || bookmarked instanceof Error ? bookmarked : bookmarked.has(id),
      shareCount: count === null || count instanceof Error ? count : count.shareCount,
      commentPolicy: setting === null || setting instanceof Error ? setting : setting.commentPolicy,
      pinnedCommentId: setting === null || setting instanceof Error ? setting : setting.pinnedCommentId,
    }
  })
}

async function bookmarkedAmong(
  ids: readonly string[],
  { caller: { viewer }, bookmarks }: Pick<Viewing, 'caller' | 'bookmarks'>,
): Promise<ReadonlySet<string>> {
  if (!viewer || ids.length === 0) return new Set()
  const bookmarked = await bookmarks.bookmarked(ids.map((id) => `${viewer.userId}:${id}`))
  return new Set(ids.filter((id) => bookmarked.has(`${viewer.userId}:${id}`)))
}

/** Users with their selected fields, in the same way. */
export async function showUsers(
  ids: readonly string[],
  { cache, notBefore, flags }: Viewing,
  asked: AskedFields,
): Promise<UserReference[]> {
  const [counts, ofViewer] = await Promise.all([
    isAnyOf(countsOfUser, asked) ? cache.userCounts.get(ids, notBefore).catch(asError) : null,
    isAnyOf(flagsOfUser, asked) ? flags.ofUsers(ids).catch(asError) : null,
  ])
  return ids.map((id, index) => {
    const count = counts === null || counts instanceof Error ? counts : (counts[index] ?? uncountedUser)
    const isCounted = count !== null && !(count instanceof Error)
    const flag = ofViewer === null || ofViewer instanceof Error ? ofViewer : (ofViewer[index] ?? null)
    const isFlagged = flag !== null && !(flag instanceof Error)
    return {
      __typename: 'User',
      id,
      followingCount: isCounted ? count.followCount : count,
      followerCount: isCounted ? count.followerCount : count,
      favoriteCount: isCounted ? count.favoriteCount : count,
      totalFavorited: isCounted ? count.totalFavorited : count,
      isFollow: isFlagged ? flag.isFollow : flag,
      isBlocked: isFlagged ? flag.isBlocked : flag,
      isMuted: isFlagged ? flag.isMuted : flag,
    }
  })
}

/** A video with its selected fields. */
export async function showVideo(id: string, viewing: Viewing, asked: AskedFields): Promise<VideoReference> {
  return only(await showVideos([id], viewing, asked))
}

/** A user with their selected fields. */
export async function showUser(id: string, viewing: Viewing, asked: AskedFields): Promise<UserReference> {
  return only(await showUsers([id], viewing, asked))
}

function only<Each>([each]: readonly Each[]): Each {
  if (each === undefined) throw new Error('one id gives one result')
  return each
}

function isAnyOf(names: readonly string[], asked: AskedFields): boolean {
  return names.some((name) => asked.has(name))
}
