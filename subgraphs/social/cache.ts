import type { Changes } from '../../platform/caching/changes.ts'
import { createReadThroughCache, type ReadThroughCache } from '../../platform/caching/read-through-cache.ts'
import type { PageArguments } from '../../platform/graphql/connection.ts'
import { pageCacheKey, ownerOfCachedPage, readCachedPages, type ReadPages } from '../../platform/graphql/page-loader.ts'
import type { CommentRepository, CommentRow } from './comments/repository.ts'
import type { CountRepository } from './counts/repository.ts'
import type { FlagRepository } from './flags/repository.ts'
import { sizeOfIds } from './flags/id-set.ts'
import type { FollowRepository } from './follows/repository.ts'
import type { LikeRepository } from './likes/repository.ts'
import type { ListEdge } from './list-edges.ts'
import type { ReplyRepository } from './replies/repository.ts'
import type { VideoSettingsRepository } from './video-settings/repository.ts'
import type { VideoFactRepository } from './videos/repository.ts'

/**
 * The cache of this subgraph: public counts, comments and pages of ids, and the relations of each viewer. What a viewer may see
 * is decided per request.
 */
export type SocialCache = ReturnType<typeof createSocialCache>

/** Pages of one list, by owner. */
export interface CachedPages extends Pick<ReadThroughCache<readonly ListEdge[]>, 'forget' | 'forgetAll'> {
  /** Up to one row more than the page has, which shows that there is a next one. */
  get(ownerId: string, page: PageArguments, notBefore: number): Promise<readonly ListEdge[]>
}

/**
 * The TTLs for readers without recent writes while change events do not arrive, in milliseconds. A comment never changes, and
 * the page that lists it shows whether it still exists, so it is cached much longer. Relations of viewers are then not cached
 * at all.
 */
const ttls = { countMs: 400, listMs: 400, commentPageMs: 100, commentMs: 30_000 }
/** The counts of at least this many videos and users stay cached, if so many are read; at most twice as many: some 150 bytes each. */
const counted = 100_000
/** The maximum number of ids in all pages of one list. */
const idsOnPages = 200_000
/** The maximum number of ids in the relations of all viewers; a viewer counts as a few more. */
const idsOfViewers = 2_000_000
/** The maximum number of characters of all cached comments; most have less than a hundred. */
const charactersOfComments = 10_000_000

export interface SocialRepositories {
  readonly likes: Pick<LikeRepository, 'byUsers'>
  readonly comments: Pick<CommentRepository, 'findMany' | 'underVideos'>
  readonly follows: Pick<FollowRepository, 'following' | 'followers' | 'friends'>
  readonly replies: Pick<ReplyRepository, 'underComments'>
  readonly videoSettings: Pick<VideoSettingsRepository, 'ofVideos'>
  readonly videos: Pick<VideoFactRepository, 'findMany'>
  readonly counts: CountRepository
  readonly flags: Pick<FlagRepository, 'usersOf' | 'likesOf'>
}

export function createSocialCache(
  { likes, comments, replies, videoSettings: settings, videos: videoFacts, follows, counts, flags }: SocialRepositories,
  changes: Changes,
) {
  const ofMany = { ttlMs: ttls.countMs, max: 2 * counted, changes }
  const videoCounts = createReadThroughCache((ids) => counts.ofVideos(ids), { name: 'video counts', ...ofMany })
  const userCounts = createReadThroughCache((ids) => counts.ofUsers(ids), { name: 'user counts', ...ofMany })
  const commentCounts = createReadThroughCache((ids) => counts.ofComments(ids), { name: 'comment counts', ...ofMany })
  const videoSettings = createReadThroughCache((ids) => settings.ofVideos(ids), { name: 'video settings', ...ofMany })
  const videos = createReadThroughCache((ids) => videoFacts.findMany(ids), { name: 'facts of videos', ...ofMany })
  const commentRows = createReadThroughCache((ids) => comments.findMany(ids), {
    name: 'comments',
    ttlMs: ttls.commentMs,
    max: charactersOfComments,
    sizeOf: sizeOfComment,
    changes,
  })
  const commentPages = keepPages('comments of videos', ttls.commentPageMs, comments.underVideos, changes)
  const replyPages = keepPages('replies', ttls.commentPageMs, replies.underComments, changes)
  const following = keepPages('following', ttls.listMs, follows.following, changes)
  const followers = keepPages('followers', ttls.listMs, follows.followers, changes)
  const friends = keepPages('friends', ttls.listMs, follows.friends, changes)
  const favoriteVideos = keepPages('liked videos', ttls.listMs, likes.byUsers, changes)

  const usersOf = createReadThroughCache((viewerIds) => flags.usersOf(viewerIds), {
    name: 'relations of viewers',
    ttlMs: 0,
    max: idsOfViewers,
    sizeOf: ({ followed, blocked, muted }) => sizeOfIds(followed) + sizeOfIds(blocked) + sizeOfIds(muted),
    changes,
  })
  const likesOf = createReadThroughCache((viewerIds) => flags.likesOf(viewerIds), {
    name: 'likes of viewers',
    ttlMs: 0,
    max: idsOfViewers,
    sizeOf: sizeOfIds,
    changes,
  })
  const concerned = {
    likes: [favoriteVideos, likesOf],
    follows: [following, followers, friends, usersOf],
    boundaries: [usersOf],
    comments: [commentRows],
    commented: [commentPages],
    replied: [replyPages],
    comment_counts: [commentCounts],
    video_settings: [videoSettings],
    videos: [videos],
    video_counts: [videoCounts],
    user_counts: [userCounts],
  }
  for (const [kind, caches] of Object.entries(concerned)) for (const each of caches) changes.listen(kind, each)

  return {
    ...{ videoCounts, userCounts, commentRows, commentPages, following, followers, friends, favoriteVideos },
    ...{ usersOf, likesOf, commentCounts, replyPages, videoSettings, videos },
    /** Whether relations of viewers are cached at present. */
    keepsViewers: () => changes.isCurrent(performance.now()),

    // Invalidations: call them after the commit, and before the caller is answered.

    /** @param authorIds the authors of the videos; null when unknown. */
    forgetLikes(videoIds: readonly string[], userIds: readonly string[], authorIds: readonly string[] | null): void {
      videoCounts.forget(videoIds)
      favoriteVideos.forget(userIds)
      likesOf.forget(userIds)
      if (authorIds) userCounts.forget([...userIds, ...authorIds])
      else userCounts.forgetAll()
    },
    /** Follows, blocks and mutes among some users, all of whom are given. */
    forgetFollows(userIds: readonly string[]): void {
      for (const cache of [userCounts, following, followers, friends, usersOf]) cache.forget(userIds)
    },
    /** @param videoIds the videos of the comments; null when unknown. */
    forgetComments(commentIds: readonly string[], videoIds: readonly string[] | null): void {
      commentRows.forget(commentIds)
      for (const cache of [commentPages, videoCounts]) {
        if (videoIds) cache.forget(videoIds)
        else cache.forgetAll()
      }
    },
    /** @param parentIds the comments that the replies are below; null when unknown. */
    forgetReplies(parentIds: readonly string[] | null): void {
      for (const cache of [replyPages, commentCounts]) {
        if (parentIds) cache.forget(parentIds)
        else cache.forgetAll()
      }
    },
    /** Bookmarks and shares. */
    forgetVideoCounts(videoIds: readonly string[]): void {
      videoCounts.forget(videoIds)
    },
    forgetCommentLikes(commentIds: readonly string[]): void {
      commentCounts.forget(commentIds)
    },
  }
}

function keepPages(name: string, ttlMs: number, read: ReadPages<ListEdge>, changes: Changes): CachedPages {
  const pages = createReadThroughCache<readonly ListEdge[]>((keys) => readCachedPages(keys, read), {
    name,
    ttlMs,
    max: idsOnPages,
    sizeOf: (edges) => edges.length + 1,
    nameOf: ownerOfCachedPage,
    changes,
  })
  return {
    async get(ownerId, page, notBefore) {
      const [edges] = await pages.get([pageCacheKey(ownerId, page)], notBefore)
      return edges ?? []
    },
    forget: pages.forget,
    forgetAll: pages.forgetAll,
  }
}

/** Includes a constant, so that short comments count, too. */
function sizeOfComment({ content, originalContent, mentions }: CommentRow): number {
  return 100 + content.length + (originalContent?.length ?? 0) + 60 * (mentions?.length ?? 0)
}
