import { describe, expect, it } from 'vitest'
import { Unavailable } from '../../platform/errors.ts'
import type { CommentFragment } from '../operations.generated.ts'
import { alice, asked, nobody, page, presented, restAlice, shown } from '../../testing/rest-endpoints.ts'
import { changeComment, comments } from './comments.ts'

describe('comments', () => {
  const comment: CommentFragment = { id: '5', content: '很好', createdAt: '2025-12-31T16:00:00.000Z', author: alice }
  const restComment = { id: 5, user: restAlice, content: '很好', create_date: '01-01' }

  it('are added and deleted', () => {
    const given = { action_type: 1, video_id: 41, comment_text: '很好', comment_id: 5 }
    expect(asked(changeComment, given)).toEqual(['AddComment', { videoId: '41', content: '很好' }])
    expect(asked(changeComment, { ...given, action_type: 2 })).toEqual(['DeleteComment', { commentId: '5' }])
    expect(presented(changeComment, given, 'AddComment', { addComment: { comment } })).toEqual({ comment: restComment })
    const deleted = { deleteComment: { commentId: '5' } }
    expect(presented(changeComment, { ...given, action_type: 2 }, 'DeleteComment', deleted)).toEqual({})
  })

  it('are listed with their day in China', async () => {
    const evening = { ...comment, id: '4', createdAt: '2025-12-31T15:59:59.999Z', author: null }
    const list = { video: { comments: page(comment, evening) } }
    expect(await shown(comments, { video_id: 41 }, { Comments: () => list })).toEqual({
      comment_list: [restComment, { id: 4, user: nobody, content: '很好', create_date: '12-31' }],
    })
    expect(await shown(comments, { video_id: 41 }, { Comments: () => ({ video: null }) })).toEqual({ comment_list: [] })
  })

  it('are listed while nobody can tell who wrote them', async () => {
    const answers = {
      Comments: () => ({ video: { comments: page(comment) } }),
      UserCards: () => {
        throw new Unavailable()
      },
    }
    expect(await shown(comments, { video_id: 41 }, answers)).toEqual({
      comment_list: [{ ...restComment, user: nobody }],
    })
  })
})
