import type { AskedFields } from '../../../platform/graphql/asked-fields.ts'
import { asError } from '../../../platform/graphql/maybe-promise.ts'
import type { MentionPlace } from '../../../platform/text/mentions.ts'
import type { Read, SocialContext, UserReference } from '../context.ts'
import { showUsers } from '../viewing.ts'
import type { CommentRow } from './repository.ts'

/** The selected fields of a comment that are not in its row. */
export interface CommentDetails {
  readonly likeCount: Read<number>
  readonly replyCount: Read<number>
  readonly isLiked: Read<boolean>
  readonly isPinned: Read<boolean>
  readonly replyTo: UserReference | null
  readonly mentions: readonly ShownMention[]
}

/** A user in the text of a comment. */
export interface ShownMention extends Pick<MentionPlace, 'offset' | 'length'> {
  readonly user: UserReference
}

/** When none of them is selected. */
const unselected: CommentDetails = {
  ...{ likeCount: null, replyCount: null, isLiked: null, isPinned: null, replyTo: null, mentions: [] },
}

/**
 * Reads the selected details of comments together. A failed read is an Error in its own place.
 *
 * @returns the details of each comment.
 */
export async function readDetails(
  rows: readonly (CommentRow | null)[],
  context: SocialContext,
  asked: AskedFields,
): Promise<(row: CommentRow) => CommentDetails> {
  const isCounted = asked.has('likeCount') || asked.has('replyCount')
  const isAny =
    isCounted || asked.has('isLiked') || asked.has('isPinned') || asked.has('replyTo') || asked.has('mentions')
  if (!isAny) return () => unselected
  const there = rows.filter((row) => row !== null)
  const [counts, liked, pinned, answered, mentioned] = await Promise.all([
    isCounted ? countsOf(there, context).catch(asError) : null,
    asked.has('isLiked') ? likedAmong(there, context).catch(asError) : null,
    asked.has('isPinned') ? pinnedAmong(there, context).catch(asError) : null,
    asked.has('replyTo') ? shownUsers(there.map(answeredIn), context, asked.below('replyTo')) : null,
    asked.has('mentions') ? shownUsers(there.map(mentionedIn), context, asked.below('mentions').below('user')) : null,
  ])
  return ({ id, answeredUserId, mentions }) => ({
    likeCount: counts === null || counts instanceof Error ? counts : (counts.get(id)?.likeCount ?? 0),
    replyCount: counts === null || counts instanceof Error ? counts : (counts.get(id)?.replyCount ?? 0),
    isLiked: liked === null || liked instanceof Error ? liked : liked.has(id),
    isPinned: pinned === null || pinned instanceof Error ? pinned : pinned.has(id),
    replyTo: answeredUserId === null ? null : (answered?.get(answeredUserId) ?? null),
    mentions:
      mentions?.flatMap(({ userId, offset, length }) => {
        const user = mentioned?.get(userId)
        return user ? [{ user, offset, length }] : []
      }) ?? [],
  })
}

async function countsOf(rows: readonly CommentRow[], { cache, notBefore }: SocialContext) {
  const ids = rows.map(({ id }) => id)
  const found = await cache.commentCounts.get(ids, notBefore)
  return new Map(ids.map((id, index) => [id, found[index] ?? null]))
}

async function likedAmong(
  rows: readonly CommentRow[],
  { caller, commentLikes }: SocialContext,
): Promise<ReadonlySet<string>> {
  if (!caller.viewer || rows.length === 0) return new Set()
  const { userId } = caller.viewer
  const liked = await commentLikes.liked(rows.map(({ id }) => `${userId}:${id}`))
  return new Set(rows.flatMap(({ id }) => (liked.has(`${userId}:${id}`) ? [id] : [])))
}

async function pinnedAmong(
  rows: readonly CommentRow[],
  { cache, notBefore }: SocialContext,
): Promise<ReadonlySet<string>> {
  const settings = await cache.videoSettings.get([...new Set(rows.map(({ videoId }) => videoId))], notBefore)
  return new Set(settings.flatMap((each) => each?.pinnedCommentId ?? []))
}

function answeredIn({ answeredUserId }: CommentRow): readonly string[] {
  return answeredUserId === null ? [] : [answeredUserId]
}

function mentionedIn({ mentions }: CommentRow): readonly string[] {
  return mentions?.map(({ userId }) => userId) ?? []
}

/** Users by id, without those whom the viewer has blocked or muted. */
async function shownUsers(
  idsOfRows: readonly (readonly string[])[],
  context: SocialContext,
  asked: AskedFields,
): Promise<ReadonlyMap<string, UserReference>> {
  const ids = [...new Set(idsOfRows.flat())]
  if (ids.length === 0) return new Map()
  const [flags, users] = await Promise.all([context.flags.ofUsers(ids), showUsers(ids, context, asked)])
  return new Map(
    users.flatMap((user, index) => {
      const flag = flags[index]
      return flag && !flag.isBlocked && !flag.isMuted ? [[user.id, user] as const] : []
    }),
  )
}
