import type { CommentCardFragment, CommentFragment } from '../operations.generated.ts'
import { presentUser, type RestUser } from './user.ts'

/** A comment as the contract writes it. */
export interface RestComment {
  readonly id: number
  readonly user: RestUser
  readonly content: string
  /** `MM-DD` in UTC+8. */
  readonly create_date: string
}

export function presentComment(comment: CommentFragment): RestComment {
  return { ...presentCommentCard(comment), user: presentUser(comment.author) }
}

/** What a comment is without the person who wrote it. */
export function presentCommentCard(comment: Omit<CommentCardFragment, 'author'>): Omit<RestComment, 'user'> {
  return {
    id: Number(comment.id),
    content: comment.content,
    create_date: monthAndDay(comment.createdAt),
  }
}

/** What stands in the place of a comment that was not written. */
export const noComment: RestComment = { id: 0, user: presentUser(null), content: '', create_date: '' }

const eightHoursMs = 8 * 60 * 60 * 1000

function monthAndDay(moment: string): string {
  const there = new Date(Date.parse(moment) + eightHoursMs)
  return `${twoDigits(there.getUTCMonth() + 1)}-${twoDigits(there.getUTCDate())}`
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
