import type { GraphRequest, GraphEndpoint } from '../endpoint.ts'
import type { CommentsQuery } from '../operations.generated.ts'
import { chosenAction, integerParameter, requiredId, textParameter, type Parameters } from '../parameters.ts'
import { noComment, presentComment, type RestComment } from '../presenters/comment.ts'
import { itemsOf } from '../presenters/list.ts'

interface ChangedPayload {
  /** Absent after a deletion. */
  readonly comment?: RestComment
}

export const changeComment: GraphEndpoint<ChangedPayload> = {
  kind: 'question',
  method: 'POST',
  path: '/douyin/comment/action',
  token: 'required',
  failurePayload: (parameters) => (isDeletion(parameters) ? {} : { comment: noComment }),
  requestFor(parameters): GraphRequest<ChangedPayload> {
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

export const comments: GraphEndpoint<CommentsPayload> = {
  kind: 'question',
  method: 'GET',
  path: '/douyin/comment/list',
  token: 'optional',
  failurePayload: () => ({ comment_list: [] }),
  requestFor: (parameters) => ({
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
