import type { AskedFields } from '../../../platform/graphql/asked-fields.ts'
import { eachOf, type Visible, type VisibleTo } from '../../../platform/graphql/list.ts'
import { unlessBlockedOrMuted } from '../boundaries/visible-to.ts'
import type { SocialContext, UserReference, VideoReference } from '../context.ts'
import { publishedOf } from '../videos/shown-to.ts'
import { showUsers, showVideos } from '../viewing.ts'
import { readDetails, type CommentDetails } from './details.ts'
import type { CommentRow, ListedComment } from './repository.ts'

/** A comment as the graph shows it, with the selected fields of its author and its video. */
export interface ShownComment extends CommentDetails {
  readonly __typename: 'Comment'
  readonly id: string
  readonly content: string
  /** For administrators only. */
  readonly originalContent: string | null
  /** ISO 8601. */
  readonly createdAt: string
  readonly author: UserReference
  readonly video: VideoReference
  readonly parentId: string | null
}

/** Presents comments, in their order; null for those that do not exist. */
export async function showComments(
  rows: readonly (CommentRow | null)[],
  context: SocialContext,
  asked: AskedFields,
): Promise<(ShownComment | null)[]> {
  const [authors, videos, detailsOf] = await Promise.all([
    byId(rows, 'authorId', (ids) => showUsers(ids, context, asked.below('author'))),
    byId(rows, 'videoId', (ids) => showVideos(ids, context, asked.below('video'))),
    readDetails(rows, context, asked),
  ])
  return rows.map((row) => {
    const author = row && authors.get(row.authorId)
    const video = row && videos.get(row.videoId)
    if (!author || !video) return null
    const { id, content, originalContent, parentId } = row
    const { likeCount, replyCount, isLiked, isPinned, replyTo, mentions } = detailsOf(row)
    return {
      __typename: 'Comment',
      id,
      content,
      originalContent,
      createdAt: momentOf(row),
      author,
      video,
      parentId,
      likeCount,
      replyCount,
      isLiked,
      isPinned,
      replyTo,
      mentions,
    }
  })
}

/** Presents a comment that was just read. */
export async function showComment(row: CommentRow, context: SocialContext, asked: AskedFields): Promise<ShownComment> {
  const [comment] = await showComments([row], context, asked)
  if (!comment) throw new Error('one row gives one comment')
  return comment
}

/** Comments by id that the viewer may see in lists at this time; null for any other. */
export async function showListed(
  ids: readonly string[],
  context: SocialContext,
  asked: AskedFields,
): Promise<Visible<readonly (Visible<ShownComment> | null)[]>> {
  const found = await context.comments.findListed(ids)
  return eachOf(
    ids.map((id) => found.get(id) ?? null),
    {
      visibleTo: whereShown(context),
      present: (rows) => showComments(rows, context, asked),
    },
  )
}

/** Leaves out comments on videos that are not published for the viewer, and by users whom the viewer has blocked or muted. */
function whereShown(context: SocialContext): VisibleTo<ListedComment> {
  const byAuthor = unlessBlockedOrMuted<ListedComment>(context, ({ authorId }) => authorId)
  return async (rows) => {
    const published = await publishedOf(
      rows.map(({ videoId }) => videoId),
      rows.map(({ videoAuthorId, visibility }) => ({ authorId: videoAuthorId, visibility })),
      context,
    )
    const verdict = typeof byAuthor === 'function' ? await byAuthor(rows) : 'all'
    return rows.map(({ videoId }, index) => published.has(videoId) && (verdict === 'all' || verdict[index] === true))
  }
}

/** The creation times of cached rows as text. */
const moments = new WeakMap<CommentRow, string>()

function momentOf(row: CommentRow): string {
  const known = moments.get(row)
  if (known !== undefined) return known
  const text = row.createdAt.toISOString()
  moments.set(row, text)
  return text
}

async function byId<Shown extends { readonly id: string }>(
  rows: readonly (CommentRow | null)[],
  key: 'authorId' | 'videoId',
  show: (ids: readonly string[]) => Promise<readonly Shown[]>,
): Promise<Map<string, Shown>> {
  const ids = new Set<string>()
  for (const row of rows) if (row) ids.add(row[key])
  const shown = await show([...ids])
  return new Map(shown.map((each) => [each.id, each]))
}
