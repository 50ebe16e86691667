/** A comment as it is kept. */
export interface CommentRow {
  readonly id: string
  readonly videoId: string
  readonly authorId: string
  readonly content: string
  readonly createdAt: Date
}
