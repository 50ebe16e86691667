import type { CommentFragment } from '../operations.generated.ts'
import { noUser, presentUser, type RestUser } from './user.ts'

/** A comment in the contract. */
export interface RestComment {
  readonly id: number
  readonly user: RestUser
  readonly content: string
  /** `MM-DD` in UTC+8. */
  readonly create_date: string
}

export function presentComment(comment: CommentFragment): RestComment {
  return {
    id: Number(comment.id),
    user: presentUser(comment.author),
    content: comment.content,
    create_date: monthAndDay(comment.createdAt),
  }
}

/** The comment of a failed request. */
export const noComment: RestComment = { id: 0, user: noUser, content: '', create_date: '' }

const eightHoursMs = 8 * 60 * 60 * 1000

/** Of a moment in ISO 8601, in UTC. */
function monthAndDay(moment: string): string {
  // Until 16:00 it is the same day eight hours further east: nothing to reckon.
  if (moment.slice(11, 13) < '16') return moment.slice(5, 10)
  const there = new Date(Date.parse(moment) + eightHoursMs)
  return `${twoDigits(there.getUTCMonth() + 1)}-${twoDigits(there.getUTCDate())}`
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
