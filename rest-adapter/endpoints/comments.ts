import type { Payload, Question, QuestionEndpoint, ViewEndpoint } from '../endpoint.ts'
import { shared } from '../envelope.ts'
import { chosenAction, integerParameter, requiredId, textParameter, type Parameters } from '../parameters.ts'
import { noComment, presentComment } from '../presenters/comment.ts'
import type { CommentView } from '../view/comment-pages.ts'

export const changeComment: QuestionEndpoint = {
  method: 'POST',
  path: '/douyin/comment/action',
  token: 'required',
  neutral: (parameters) => (isDeletion(parameters) ? {} : { comment: noComment }),
  ask(parameters): Question {
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

export const comments: ViewEndpoint = {
  method: 'GET',
  path: '/douyin/comment/list',
  token: 'optional',
  neutral: () => ({ comment_list: [] }),
  async show(parameters, view) {
    const list = await view.comments(requiredId(parameters, 'video_id'))
    return payloads.get(list) ?? payloadOf(list)
  },
}

/** Those of lists that many callers share. */
const payloads = new WeakMap<CommentView, Payload>()

function payloadOf(list: CommentView): Payload {
  const payload = { comment_list: list.comments }
  if (list.isShared) payloads.set(list, shared(payload))
  return payload
}

function isDeletion(parameters: Parameters): boolean {
  try {
    return integerParameter(parameters, 'action_type') === 2
  } catch {
    return false
  }
}
