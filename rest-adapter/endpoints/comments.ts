import type { Question, QuestionEndpoint, ViewEndpoint } from '../endpoint.ts'
import { asciiJson, jsonList, withMember } from '../json-text.ts'
import { chosenAction, integerParameter, requiredId, textParameter, type Parameters } from '../parameters.ts'
import { noComment, presentComment, presentCommentCard } from '../presenters/comment.ts'
import { itemsOf } from '../presenters/list.ts'
import { nobody } from '../view/cards.ts'
import { unlessAway } from '../view/public-graph.ts'

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
    const { video } = await view.ask('Comments', { videoId: requiredId(parameters, 'video_id') })
    const list = video ? itemsOf(video.comments) : []
    const authorIds = [...new Set(list.flatMap(({ author }) => author?.id ?? []))]
    const authors = await unlessAway(Promise.all(authorIds.map((id) => view.user(id))), [])
    const authorOf = new Map(authorIds.map((id, index) => [id, authors[index] ?? nobody]))
    const texts = list.map((comment) =>
      withMember(asciiJson(presentCommentCard(comment)), 'user', authorOf.get(comment.author?.id ?? '') ?? nobody),
    )
    return { comment_list: jsonList(texts) }
  },
}

function isDeletion(parameters: Parameters): boolean {
  try {
    return integerParameter(parameters, 'action_type') === 2
  } catch {
    return false
  }
}
