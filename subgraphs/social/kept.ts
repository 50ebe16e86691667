import { createMirror, type Mirror } from '../../platform/mirror.ts'
import type { PageArguments } from '../../platform/connection.ts'
import { keptPageKey, ownerOfKeptPage, readKeptPages, type ReadPages } from '../../platform/page-loader.ts'
import type { CommentRepository, CommentRow } from './comments/repository.ts'
import type { CountRepository } from './counts/repository.ts'
import type { FollowRepository } from './follows/repository.ts'
import type { LikeRepository } from './likes/repository.ts'
import type { Link } from './links.ts'

/**
 * What is kept for a moment, as everybody sees it: counts, comments, and the ids on pages of lists. What the viewer has to do
 * with it, and what he is shown of it, is read for each request.
 */
export type KeptSocial = ReturnType<typeof keepSocial>

/** Pages of one list, by whose they are. */
export interface KeptPages extends Pick<Mirror<readonly Link[]>, 'forget' | 'forgetAll'> {
  /** Up to one row more than the page has, which tells that there is a next one. */
  get(ownerId: string, page: PageArguments, notBefore: number): Promise<readonly Link[]>
}

/**
 * For how long those who changed nothing are shown what was read before a change, in milliseconds. A comment never changes,
 * and the page that lists it says whether it still exists, so it is kept much longer.
 */
const kept = { countMs: 400, listMs: 400, commentPageMs: 100, commentMs: 30_000 }
/** So many videos and people are kept at least, if they are looked at in that time; twice as many at most. */
const counted = 20_000
/** How many ids all pages of one list have together. */
const idsOnPages = 200_000
/** How many characters all comments that are kept have together; most have less than a hundred. */
const charactersOfComments = 10_000_000

export interface SocialRepositories {
  readonly likes: Pick<LikeRepository, 'byUsers'>
  readonly comments: Pick<CommentRepository, 'findMany' | 'underVideos'>
  readonly follows: Pick<FollowRepository, 'following' | 'followers' | 'friends'>
  readonly counts: CountRepository
}

export function keepSocial({ likes, comments, follows, counts }: SocialRepositories) {
  const ofMany = { keptMs: kept.countMs, most: 2 * counted }
  const videoCounts = createMirror((ids) => counts.ofVideos(ids), ofMany)
  const userCounts = createMirror((ids) => counts.ofUsers(ids), ofMany)
  const commentRows = createMirror((ids) => comments.findMany(ids), {
    keptMs: kept.commentMs,
    most: charactersOfComments,
    sizeOf: sizeOfComment,
  })
  const commentPages = keepPages(kept.commentPageMs, comments.underVideos)
  const following = keepPages(kept.listMs, follows.following)
  const followers = keepPages(kept.listMs, follows.followers)
  const friends = keepPages(kept.listMs, follows.friends)
  const favoriteVideos = keepPages(kept.listMs, likes.byUsers)

  return {
    ...{ videoCounts, userCounts, commentRows, commentPages, following, followers, friends, favoriteVideos },

    // What was written: to be called after the commit, and before anybody is answered.

    /** @param authorIds the authors of the videos; null when nobody knows them. */
    forgetLikes(videoIds: readonly string[], userIds: readonly string[], authorIds: readonly string[] | null): void {
      videoCounts.forget(videoIds)
      favoriteVideos.forget(userIds)
      if (authorIds) userCounts.forget([...userIds, ...authorIds])
      else userCounts.forgetAll()
    },
    /** Follows among some people, all of whom are named. */
    forgetFollows(userIds: readonly string[]): void {
      for (const mirror of [userCounts, following, followers, friends]) mirror.forget(userIds)
    },
    /** @param videoIds the videos under which they stood; null when nobody knows them. */
    forgetComments(commentIds: readonly string[], videoIds: readonly string[] | null): void {
      commentRows.forget(commentIds)
      for (const mirror of [commentPages, videoCounts]) {
        if (videoIds) mirror.forget(videoIds)
        else mirror.forgetAll()
      }
    },
  }
}

function keepPages(keptMs: number, read: ReadPages<Link>): KeptPages {
  const pages = createMirror<readonly Link[]>((keys) => readKeptPages(keys, read), {
    keptMs,
    most: idsOnPages,
    sizeOf: (links) => links.length + 1,
    nameOf: ownerOfKeptPage,
  })
  return {
    async get(ownerId, page, notBefore) {
      const [links] = await pages.get([keptPageKey(ownerId, page)], notBefore)
      return links ?? []
    },
    forget: pages.forget,
    forgetAll: pages.forgetAll,
  }
}

/** With something for all that is no text, so that short ones count, too. */
function sizeOfComment({ content, originalContent }: CommentRow): number {
  return 100 + content.length + (originalContent?.length ?? 0)
}
