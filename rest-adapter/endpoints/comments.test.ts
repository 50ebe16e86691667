import { describe, expect, it } from 'vitest'
import { Unavailable } from '../../platform/runtime/errors.ts'
import { asked, nobody, page, presented, remark, restRemark } from '../../testing/rest-endpoints.ts'
import { changeComment, comments } from './comments.ts'

describe('comments', () => {
  it('are added and deleted', () => {
    const given = { action_type: 1, video_id: 41, comment_text: '很好', comment_id: 5 }
    expect(asked(changeComment, given)).toEqual(['AddComment', { videoId: '41', content: '很好' }])
    expect(asked(changeComment, { ...given, action_type: 2 })).toEqual(['DeleteComment', { commentId: '5' }])
    const added = { addComment: { comment: remark } }
    expect(presented(changeComment, given, 'AddComment', added)).toEqual({ comment: restRemark })
    const deleted = { deleteComment: { commentId: '5' } }
    expect(presented(changeComment, { ...given, action_type: 2 }, 'DeleteComment', deleted)).toEqual({})
  })

  it('are listed with their day in China, also while nobody can tell who wrote them', () => {
    const evening = { ...remark, id: '4', createdAt: '2025-12-31T15:59:59.999Z', author: null }
    expect(asked(comments, { video_id: 41 })).toEqual(['Comments', { videoId: '41' }])
    const video = { comments: page(remark, evening) }
    expect(presented(comments, { video_id: 41 }, 'Comments', { video })).toEqual({
      comment_list: [restRemark, { id: 4, user: nobody, content: '很好', create_date: '12-31' }],
    })
  })

  it('are none under a video that does not exist', () => {
    expect(presented(comments, { video_id: 999 }, 'Comments', { video: null })).toEqual({ comment_list: [] })
  })

  it('are a failure, not an empty list, while their subgraph is away', () => {
    expect(() => presented(comments, { video_id: 41 }, 'Comments', { video: { comments: null } })).toThrow(Unavailable)
  })
})
