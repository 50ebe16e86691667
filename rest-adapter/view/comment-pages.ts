import { createMirror, type Mirror } from '../../platform/mirror.ts'
import { jsonList, type JsonText } from '../json-text.ts'
import { idsOf } from '../presenters/list.ts'
import { nobody, writeComment, writeUser, type Cards, type CommentCard, type UserCard } from './cards.ts'
import type { KnownChanges } from './changes.ts'
import type { Flags } from './flags.ts'
import { unlessAway, type AskPublic } from './public-graph.ts'

/** The newest comments under a video, 1 000 at most, as everybody sees them. */
export interface CommentPage {
  readonly comments: readonly PagedComment[]
  readonly authorIds: readonly string[]
}

/** A comment with its author, as JSON: as those see it who follow the author, and as all others do. */
interface PagedComment {
  readonly authorId: string | null
  readonly toFollowers: string
  readonly toOthers: string
}

/** What a viewer is shown of a page. */
export interface CommentView {
  readonly comments: JsonText
  /** Whether others are shown the very same. */
  readonly isShared: boolean
}

/** For how long a page is shown to those who changed nothing, in milliseconds; the cards of its authors may be a little older. */
const keptMs = 100
/** How many characters of JSON all pages that are kept have together. */
const mostCharacters = 10_000_000

/** Opens pages of comments by the id of their video. Under a video that there is not there is no comment. */
export function createCommentPages(ask: AskPublic, cards: Cards, changes: KnownChanges): Mirror<CommentPage> {
  async function read(videoId: string, isFresh: boolean): Promise<CommentPage> {
    const { video } = await ask('CommentPage', { videoId })
    const comments = (await cards.comments(video ? idsOf(video.comments) : [])).filter((comment) => comment !== null)
    const authorIds = [...new Set(comments.flatMap(({ authorId }) => authorId ?? []))]
    const authors = await unlessAway(cards.users(authorIds, isFresh), [])
    const authorOf = new Map(authorIds.map((id, index) => [id, authors[index] ?? null]))
    return {
      comments: comments.map((comment) => paged(comment, authorOf.get(comment.authorId ?? '') ?? null)),
      authorIds,
    }
  }

  return createMirror(
    async (videoIds, isFresh) =>
      new Map(await Promise.all(videoIds.map(async (videoId) => [videoId, await read(videoId, isFresh)] as const))),
    {
      keptMs,
      most: mostCharacters,
      sizeOf,
      isOutdated: (videoId, page, since) =>
        changes.anySince(since) && changes.concern([videoId, ...(page?.authorIds ?? [])], since),
      hasChanged: changes.anySince,
    },
  )
}

function paged(comment: CommentCard, author: UserCard | null): PagedComment {
  const written = (isFollow: boolean): string =>
    writeComment(comment, author === null ? nobody : writeUser(author, isFollow))
  return { authorId: comment.authorId, toFollowers: written(true), toOthers: written(false) }
}

/** One for the page itself, so that an empty one counts, too. */
function sizeOf({ comments }: CommentPage): number {
  return comments.reduce((size, { toOthers }) => size + toOthers.length, 1)
}

/** What those see of pages who follow none of the authors and keep none of them away: most viewers, and all anonymous ones. */
const shownToMost = new WeakMap<CommentPage, CommentView>()

/** A page as its viewer sees it. */
export function viewComments(page: CommentPage, { follows, hidden }: Flags): CommentView {
  const isShared = follows.size === 0 && hidden.size === 0
  const known = isShared ? shownToMost.get(page) : undefined
  if (known) return known
  const texts = page.comments.map(({ authorId, toFollowers, toOthers }) => {
    if (authorId === null) return toOthers
    if (hidden.has(authorId)) return null
    return follows.has(authorId) ? toFollowers : toOthers
  })
  const view = { comments: jsonList(texts), isShared }
  if (isShared) shownToMost.set(page, view)
  return view
}
