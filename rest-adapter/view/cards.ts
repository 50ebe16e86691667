import { createMirror, type Mirror, type MirrorOptions } from '../../platform/mirror.ts'
import { asciiJson } from '../json-text.ts'
import { presentCommentCard } from '../presenters/comment.ts'
import { presentUserCard, presentUserCounts } from '../presenters/user.ts'
import { presentVideoCard, presentVideoCounts } from '../presenters/video.ts'
import type { KnownChanges } from './changes.ts'
import { unlessAway, type AskPublic } from './public-graph.ts'

/** What everybody sees of a person, as JSON without its end: whether the viewer follows him is written there. */
export type UserCard = string

/** What everybody sees of a video, as JSON without its end: its author and whether the viewer likes it are written there. */
export interface VideoCard {
  readonly id: string
  readonly authorId: string | null
  /** In milliseconds. */
  readonly publishedAt: number
  readonly text: string
}

/** A comment, as JSON without its end: its author is written there. */
export interface CommentCard {
  readonly authorId: string | null
  readonly text: string
}

/** Cards by id, in the order of the ids; null for what there is not. */
export interface Cards {
  /** @param isFresh whether nothing will do that was kept from before. */
  readonly users: (ids: readonly string[], isFresh: boolean) => Promise<(UserCard | null)[]>
  /** @param isFresh whether nothing will do that was kept from before. */
  readonly videos: (ids: readonly string[], isFresh: boolean) => Promise<(VideoCard | null)[]>
  /** Comments that a page lists just now: of one that was deleted lately there may still be a card. */
  readonly comments: (ids: readonly string[]) => Promise<(CommentCard | null)[]>
}

/**
 * For how long those who changed nothing are shown what was read before, in milliseconds: names, titles and addresses,
 * which hardly ever change, and counts, which always do. A comment never changes, and the page that lists it says whether
 * it still exists, so it is kept much longer.
 */
const kept = { cardMs: 750, countMs: 400, commentMs: 30_000 }
/** How many people are kept, and how many videos. */
const most = 20_000
/** How many characters of JSON all comments that are kept have together; most have about a hundred. */
const mostOfComments = 10_000_000
/** What the graph answers at once. */
const largestQuestion = 500

/** Opens the cards of people, videos and comments. While a subgraph is away that counts, its counts are zero. */
export function createCards(ask: AskPublic, changes: KnownChanges): Cards {
  const watched = {
    isOutdated: (id: string, _value: unknown, since: number) => changes.concern([id], since),
    hasChanged: changes.anySince,
  }
  const users = mirror({ keptMs: kept.cardMs, most, ...watched }, async (userIds) => {
    const { users: found } = await ask('UserCards', { userIds })
    return found.map((user) => user && openEnded(presentUserCard(user)))
  })
  const userCounts = mirror({ keptMs: kept.countMs, most, ...watched }, async (userIds) => {
    const { userCounts: counts, workCounts } = await ask('UserCounts', { userIds })
    return userIds.map((_, index) =>
      members(
        presentUserCounts({
          followCount: counts?.followCounts[index] ?? null,
          followerCount: counts?.followerCounts[index] ?? null,
          totalFavorited: counts?.totalFavorited[index] ?? null,
          favoriteCount: counts?.favoriteCounts[index] ?? null,
          workCount: workCounts?.[index] ?? null,
        }),
      ),
    )
  })
  const videos = mirror({ keptMs: kept.cardMs, most, ...watched }, async (videoIds) => {
    const { videos: found } = await ask('VideoCards', { videoIds })
    for (const video of found) if (video?.author) changes.learnAuthor(video.id, video.author.id)
    return found.map(
      (video) =>
        video && {
          id: video.id,
          authorId: video.author?.id ?? null,
          publishedAt: Date.parse(video.publishedAt),
          text: openEnded(presentVideoCard(video)),
        },
    )
  })
  const videoCounts = mirror({ keptMs: kept.countMs, most, ...watched }, async (videoIds) => {
    const { videoCounts: counts } = await ask('VideoCounts', { videoIds })
    return videoIds.map((_, index) =>
      members(presentVideoCounts(counts?.favoriteCounts[index], counts?.commentCounts[index])),
    )
  })
  const comments = mirror<CommentCard>(
    { keptMs: kept.commentMs, most: mostOfComments, sizeOf: ({ text }) => text.length },
    async (commentIds) => {
      const { comments: found } = await ask('CommentCards', { commentIds })
      return found.map(
        (comment) => comment && { authorId: comment.author?.id ?? null, text: openEnded(presentCommentCard(comment)) },
      )
    },
  )

  return {
    async users(ids, isFresh) {
      const [cards, counts] = await Promise.all([
        read(users, ids, isFresh),
        unlessAway(read(userCounts, ids, isFresh), []),
      ])
      return cards.map((card, index) => card && `${card},${counts[index] ?? noUserCounts}`)
    },
    async videos(ids, isFresh) {
      const [cards, counts] = await Promise.all([
        read(videos, ids, isFresh),
        unlessAway(read(videoCounts, ids, isFresh), []),
      ])
      return cards.map((card, index) => card && { ...card, text: `${card.text},${counts[index] ?? noVideoCounts}` })
    },
    comments: (ids) => comments.get(ids),
  }
}

/** A person as the contract writes him. */
export function writeUser(card: UserCard, isFollow: boolean): string {
  return `${card},"is_follow":${isFollow}}`
}

/** A video as the contract writes it. */
export function writeVideo({ text }: VideoCard, author: string, isFavorite: boolean): string {
  return `${text},"author":${author},"is_favorite":${isFavorite}}`
}

/** A comment as the contract writes it. */
export function writeComment({ text }: CommentCard, author: string): string {
  return `${text},"user":${author}}`
}

const noUserCounts = members(presentUserCounts(null))
const noVideoCounts = members(presentVideoCounts())

/** Stands in the place of a person whom the graph does not know, or cannot show just now. */
export const nobody = writeUser(`${openEnded(presentUserCard(null))},${noUserCounts}`, false)

function read<Value>(of: Mirror<Value>, ids: readonly string[], isFresh: boolean): Promise<(Value | null)[]> {
  return isFresh ? of.getFresh(ids) : of.get(ids)
}

/** A mirror of what a question about ids answers in their order. */
function mirror<Value>(
  options: MirrorOptions<Value>,
  question: (ids: string[]) => Promise<readonly (Value | null)[]>,
): Mirror<Value> {
  return createMirror(async (ids) => {
    const found = new Map<string, Value>()
    const pieces = Array.from({ length: Math.ceil(ids.length / largestQuestion) }, async (_, index) => {
      const piece = ids.slice(index * largestQuestion, (index + 1) * largestQuestion)
      const values = await question(piece)
      for (const [place, id] of piece.entries()) {
        const value = values[place]
        if (value != null) found.set(id, value)
      }
    })
    await Promise.all(pieces)
    return found
  }, options)
}

/** The members of an object as JSON. */
function members(value: object): string {
  return asciiJson(value).slice(1, -1)
}

/** An object as JSON to which members can be added. */
function openEnded(value: object): string {
  return asciiJson(value).slice(0, -1)
}
