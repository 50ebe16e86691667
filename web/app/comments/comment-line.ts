import type { Data } from '../graph/documents.ts'

export type CommentLine = NonNullable<
  NonNullable<NonNullable<Data<'Comments'>['video']>['comments']>['edges'][number]['node']
>

/** What a comment answers. */
export interface Answered {
  /** The comment, or the reply. */
  readonly id: string
  readonly name: string
  /** The comment below which the reply appears. */
  readonly commentId: string
}
