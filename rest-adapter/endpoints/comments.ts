import type { Question, QuestionEndpoint } from '../endpoint.ts'
import type { CommentsQuery } from '../operations.generated.ts'
import { chosenAction, integerParameter, requiredId, textParameter, type Parameters } from '../parameters.ts'
import { noComment, presentComment, type RestComment } from '../presenters/comment.ts'
import { itemsOf } from '../presenters/list.ts'

interface ChangedPayload {
  /** Absent after a deletion. */
  readonly comment?: RestComment
}

export const changeComment: QuestionEndpoint<ChangedPayload> = {
  kind: 'question',
  method: 'POST',
  path: '/douyin/comment/action',
  token: 'required',
  neutral: (parameters) => (isDeletion(parameters) ? {} : { comment: noComment }),
  ask(parameters): Question<ChangedPayload> {
    if (chosenAction(parameters, { 1: 'add', 2: 'delete' } as const) === 'delete') {
      return {
        operation: 'DeleteComment',
        variables: { commentId: requiredId(parameters, 'comment_id') },
        present: () => ({}),
      }
    }
    return {
      operation: 'AddComment',
      variables: { videoId: requiredId(parameters, 'video_id'), content: textParameter(parameters, 'comment_text') },
      present: (data) => ({ comment: presentComment(data.addComment.comment) }),
    }
  },
}

interface CommentsPayload {
  readonly comment_list: readonly RestComment[]
}

export const comments: QuestionEndpoint<CommentsPayload> = {
  kind: 'question',
  method: 'GET',
  path: '/douyin/comment/list',
  token: 'optional',
  neutral: () => ({ comment_list: [] }),
  ask: (parameters) => ({
    operation: 'Comments',
    variables: { videoId: requiredId(parameters, 'video_id') },
    present: presentComments,
  }),
}

function presentComments({ video }: CommentsQuery): CommentsPayload {
  return { comment_list: video ? itemsOf(video.comments).map(presentComment) : [] }
}

function isDeletion(parameters: Parameters): boolean {
  try {
    return integerParameter(parameters, 'action_type') === 2
  } catch {
    return false
  }
}
