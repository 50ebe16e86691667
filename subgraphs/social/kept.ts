import type { Changes } from '../../platform/caching/changes.ts'
import { createReadThroughCache, type ReadThroughCache } from '../../platform/caching/read-through-cache.ts'
import type { PageArguments } from '../../platform/graphql/connection.ts'
import { keptPageKey, ownerOfKeptPage, readKeptPages, type ReadPages } from '../../platform/graphql/page-loader.ts'
import type { CommentRepository, CommentRow } from './comments/repository.ts'
import type { CountRepository } from './counts/repository.ts'
import type { FlagRepository } from './flags/repository.ts'
import { sizeOfIds } from './flags/id-set.ts'
import type { FollowRepository } from './follows/repository.ts'
import type { LikeRepository } from './likes/repository.ts'
import type { Link } from './links.ts'

/**
 * What is kept until it changes: as everybody sees it, counts, comments, and the ids on pages of lists; and for each viewer,
 * whom and what he has to do with. What he is shown is decided for each request.
 */
export type KeptSocial = ReturnType<typeof keepSocial>

/** Pages of one list, by whose they are. */
export interface KeptPages extends Pick<ReadThroughCache<readonly Link[]>, 'forget' | 'forgetAll'> {
  /** Up to one row more than the page has, which tells that there is a next one. */
  get(ownerId: string, page: PageArguments, notBefore: number): Promise<readonly Link[]>
}

/**
 * For how long those who changed nothing are shown what was read before a change while nobody tells of changes, in
 * milliseconds. A comment never changes, and the page that lists it says whether it still exists, so it is kept much longer.
 * What viewers have to do with others is read for each request then.
 */
const kept = { countMs: 400, listMs: 400, commentPageMs: 100, commentMs: 30_000 }
/** So many videos and people are kept at least, if they are looked at; twice as many at most. */
const counted = 20_000
/** How many ids all pages of one list have together. */
const idsOnPages = 200_000
/** How many ids all viewers have together to do with; a viewer counts as some more. */
const idsOfViewers = 2_000_000
/** How many characters all comments that are kept have together; most have less than a hundred. */
const charactersOfComments = 10_000_000

export interface SocialRepositories {
  readonly likes: Pick<LikeRepository, 'byUsers'>
  readonly comments: Pick<CommentRepository, 'findMany' | 'underVideos'>
  readonly follows: Pick<FollowRepository, 'following' | 'followers' | 'friends'>
  readonly counts: CountRepository
  readonly flags: Pick<FlagRepository, 'peopleOf' | 'likesOf'>
}

export function keepSocial({ likes, comments, follows, counts, flags }: SocialRepositories, changes: Changes) {
  const ofMany = { keptMs: kept.countMs, most: 2 * counted, changes }
  const videoCounts = createReadThroughCache((ids) => counts.ofVideos(ids), ofMany)
  const userCounts = createReadThroughCache((ids) => counts.ofUsers(ids), ofMany)
  const commentRows = createReadThroughCache((ids) => comments.findMany(ids), {
    keptMs: kept.commentMs,
    most: charactersOfComments,
    sizeOf: sizeOfComment,
    changes,
  })
  const commentPages = keepPages(kept.commentPageMs, comments.underVideos, changes)
  const following = keepPages(kept.listMs, follows.following, changes)
  const followers = keepPages(kept.listMs, follows.followers, changes)
  const friends = keepPages(kept.listMs, follows.friends, changes)
  const favoriteVideos = keepPages(kept.listMs, likes.byUsers, changes)

  const peopleOf = createReadThroughCache((viewerIds) => flags.peopleOf(viewerIds), {
    keptMs: 0,
    most: idsOfViewers,
    sizeOf: ({ followed, blocked, muted }) => sizeOfIds(followed) + sizeOfIds(blocked) + sizeOfIds(muted),
    changes,
  })
  const likesOf = createReadThroughCache((viewerIds) => flags.likesOf(viewerIds), {
    keptMs: 0,
    most: idsOfViewers,
    sizeOf: sizeOfIds,
    changes,
  })
  const concerned = {
    likes: [favoriteVideos, likesOf],
    follows: [following, followers, friends, peopleOf],
    boundaries: [peopleOf],
    comments: [commentRows],
    commented: [commentPages],
    video_counts: [videoCounts],
    user_counts: [userCounts],
  }
  for (const [kind, caches] of Object.entries(concerned)) for (const each of caches) changes.listen(kind, each)

  return {
    ...{ videoCounts, userCounts, commentRows, commentPages, following, followers, friends, favoriteVideos },
    ...{ peopleOf, likesOf },
    /** Whether what viewers have to do with others is kept at present. */
    keepsViewers: () => changes.isCurrent(performance.now()),

    // What was written: to be called after the commit, and before anybody is answered.

    /** @param authorIds the authors of the videos; null when nobody knows them. */
    forgetLikes(videoIds: readonly string[], userIds: readonly string[], authorIds: readonly string[] | null): void {
      videoCounts.forget(videoIds)
      favoriteVideos.forget(userIds)
      likesOf.forget(userIds)
      if (authorIds) userCounts.forget([...userIds, ...authorIds])
      else userCounts.forgetAll()
    },
    /** Follows and boundaries among some people, all of whom are named. */
    forgetFollows(userIds: readonly string[]): void {
      for (const cache of [userCounts, following, followers, friends, peopleOf]) cache.forget(userIds)
    },
    /** @param videoIds the videos under which they stood; null when nobody knows them. */
    forgetComments(commentIds: readonly string[], videoIds: readonly string[] | null): void {
      commentRows.forget(commentIds)
      for (const cache of [commentPages, videoCounts]) {
        if (videoIds) cache.forget(videoIds)
        else cache.forgetAll()
      }
    },
  }
}

function keepPages(keptMs: number, read: ReadPages<Link>, changes: Changes): KeptPages {
  const pages = createReadThroughCache<readonly Link[]>((keys) => readKeptPages(keys, read), {
    keptMs,
    most: idsOnPages,
    sizeOf: (links) => links.length + 1,
    nameOf: ownerOfKeptPage,
    changes,
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
