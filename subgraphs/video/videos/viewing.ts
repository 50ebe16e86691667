import type { AskedFields } from '../../../platform/graphql/asked-fields.ts'
import type { Connection, PageArguments } from '../../../platform/graphql/connection.ts'
import { eachOf, pageOf, type PagedList, type Visible, type VisibleTo } from '../../../platform/graphql/list.ts'
import type { CachedRow } from '../../../platform/caching/cached-row.ts'
import { asError, type MaybePromise } from '../../../platform/graphql/maybe-promise.ts'
import { publicBucket } from '../../../platform/storage/object-store.ts'
import type { VideoContext } from '../context.ts'
import { bucketOf } from '../storage/object-keys.ts'
import type { UserReference } from '../user-reference.ts'
import { videoCursor, type VideoKey, type VideoRow, type WorkCounts } from './repository.ts'
import { showVideo, type ShownVideo } from './shown-video.ts'

/** A video that is published for the viewer; their blocks and mutes are not considered yet. */
export type FoundVideo = CachedRow<VideoRow, ShownVideo>

/**
 * Videos by id, in the order of the ids; null for those that do not exist, whose author is banned, or that are not published for
 * the viewer.
 */
export async function findVideos(
  ids: readonly string[],
  { cache, notBefore, publishedFor }: Pick<VideoContext, 'cache' | 'notBefore' | 'publishedFor'>,
): Promise<(FoundVideo | null)[]> {
  const found = await cache.rows.get(ids, notBefore)
  let restricted: VideoRow[] | undefined
  const unmoderated = found.map((video) => {
    if (video?.row.isHidden !== false) return null
    if (video.row.visibility !== 'PUBLIC') (restricted ??= []).push(video.row)
    return video
  })
  if (!restricted) return unmoderated
  const shown = await publishedFor.among(restricted)
  return unmoderated.map((video) =>
    video && (video.row.visibility === 'PUBLIC' || shown.has(video.row.id)) ? video : null,
  )
}

/** Videos as presented to this caller, with the selected fields of their authors. Blocks and mutes are not considered. */
export async function showVideos(
  found: readonly (FoundVideo | null)[],
  context: VideoContext,
  asked: AskedFields,
): Promise<(ShownVideo | null)[]> {
  // Signed URLs expire, and are not kept with the row.
  const shown = found.map(
    (video) =>
      video &&
      (bucketOf(video.row.playKey) === publicBucket
        ? video.shownTo(context.caller)
        : showVideo(video.row, context.objectStore, context.caller)),
  )
  const ofAuthor = asked.below('author')
  if (!ofAuthor.has('workCount')) return shown
  const authors = await findAuthors(authorsOf(found), context, ofAuthor)
  const byId = new Map(authors.map((author) => [author.id, author]))
  return shown.map((video) => video && { ...video, author: byId.get(video.author.id) ?? video.author })
}

/** A row that was just read, as presented to this caller. */
export async function showRow(row: VideoRow, context: VideoContext, asked: AskedFields): Promise<ShownVideo> {
  const video = showVideo(row, context.objectStore, context.caller)
  return { ...video, author: await findAuthor(row.authorId, context, asked.below('author')) }
}

/** Videos by id that the viewer may see in lists, in the order of the ids; null for any other. */
export function shownVideos(ids: readonly string[], context: VideoContext, asked: AskedFields) {
  return eachOf(findVideos(ids, context), {
    visibleTo: unlessAuthorBlockedOrMuted(context),
    present: (found) => showVideos(found, context, asked),
  })
}

/** Leaves out the videos of users whom the viewer has blocked or muted. */
export function unlessAuthorBlockedOrMuted({
  caller,
  blockedOrMuted,
}: Pick<VideoContext, 'caller' | 'blockedOrMuted'>): VisibleTo<FoundVideo> {
  if (!caller.viewer) return 'everybody'
  return async (found) => {
    const left = await blockedOrMuted.among(authorsOf(found))
    return left.size === 0 ? 'all' : found.map(({ row }) => !left.has(row.authorId))
  }
}

/** Users with their selected fields, in the order of the ids. */
export async function findAuthors(
  ids: readonly string[],
  { cache, notBefore, caller }: Pick<VideoContext, 'cache' | 'notBefore' | 'caller'>,
  asked: AskedFields,
): Promise<UserReference[]> {
  if (!asked.has('workCount')) return ids.map((id) => ({ __typename: 'User', id, workCount: null }))
  // A count that cannot be read fails by itself.
  const counts = await cache.workCounts.get(ids, notBefore).catch(asError)
  return ids.map((id, index) => ({
    __typename: 'User',
    id,
    workCount: counts instanceof Error ? counts : workCountShown(counts[index], caller.viewer?.userId === id),
  }))
}

/** Authors are told of all their videos, other users of the public ones. */
function workCountShown(counts: WorkCounts | null | undefined, isAuthor: boolean): number {
  if (!counts) return 0
  return isAuthor ? counts.workCount : counts.workCount - counts.restrictedCount
}

/** A user with their selected fields. */
export async function findAuthor(id: string, context: VideoContext, asked: AskedFields): Promise<UserReference> {
  const [author] = await findAuthors([id], context, asked)
  return author ?? { __typename: 'User', id, workCount: null }
}

/** The authors of some videos, without duplicates. */
export function authorsOf(found: readonly (FoundVideo | null)[]): string[] {
  const ids = new Set<string>()
  for (const video of found) if (video) ids.add(video.row.authorId)
  return [...ids]
}

/** A page of a list of videos that is ordered by publication time. */
export function pageOfVideos(
  list: Pick<PagedList<VideoKey, FoundVideo, ShownVideo>, 'skeleton' | 'visibleTo' | 'refill'>,
  page: PageArguments,
  context: VideoContext,
  asked: AskedFields,
): MaybePromise<Visible<Connection<ShownVideo>>> {
  return pageOfRanked({ ...list, cursorOf: videoCursor }, page, context, asked)
}

/** A page of a list of videos in any order. */
export function pageOfRanked<Key extends { readonly id: string }>(
  list: Pick<PagedList<Key, FoundVideo, ShownVideo>, 'skeleton' | 'cursorOf' | 'visibleTo' | 'refill'>,
  page: PageArguments,
  context: VideoContext,
  asked: AskedFields,
): MaybePromise<Visible<Connection<ShownVideo>>> {
  return pageOf(
    {
      ...list,
      // Videos deleted meanwhile are left out of the page.
      hydrate: (keys) =>
        findVideos(
          keys.map(({ id }) => id),
          context,
        ),
      present: (found) => showVideos(found, context, asked.below('edges').below('node')),
    },
    page,
    asked,
  )
}
