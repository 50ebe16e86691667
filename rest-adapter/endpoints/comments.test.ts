import { describe, expect, it } from 'vitest'
import { Unavailable } from '../../platform/errors.ts'
import { anonymous } from '../../testing/callers.ts'
import { alice, asked, nobody, presented, remark, restAlice, restRemark, shown } from '../../testing/rest-endpoints.ts'
import { changeComment, comments } from './comments.ts'

const away = () => {
  throw new Unavailable()
}

const anonymousCall = { ...anonymous, token: null }

describe('comments', () => {
  it('are added and deleted', () => {
    const given = { action_type: 1, video_id: 41, comment_text: '很好', comment_id: 5 }
    expect(asked(changeComment, given)).toEqual(['AddComment', { videoId: '41', content: '很好' }])
    expect(asked(changeComment, { ...given, action_type: 2 })).toEqual(['DeleteComment', { commentId: '5' }])
    const added = { addComment: { comment: { ...remark, author: alice } } }
    expect(presented(changeComment, given, 'AddComment', added)).toEqual({ comment: restRemark })
    const deleted = { deleteComment: { commentId: '5' } }
    expect(presented(changeComment, { ...given, action_type: 2 }, 'DeleteComment', deleted)).toEqual({})
  })

  it('are listed with their day in China', async () => {
    const evening = { ...remark, id: '4', createdAt: '2025-12-31T15:59:59.999Z', author: null }
    const answers = {
      CommentPage: () => ({ video: { comments: { nodeIds: ['5', '4'] } } }),
      CommentCards: () => ({ comments: [remark, evening] }),
    }
    expect(await shown(comments, { video_id: 41 }, answers)).toEqual({
      comment_list: [restRemark, { id: 4, user: nobody, content: '很好', create_date: '12-31' }],
    })
  })

  it('are none under a video that there is not', async () => {
    expect(await shown(comments, { video_id: 999 }, {})).toEqual({ comment_list: [] })
  })

  it('are listed while nobody can tell who wrote them', async () => {
    expect(await shown(comments, { video_id: 41 }, { UserCards: away })).toEqual({
      comment_list: [{ ...restRemark, user: nobody }],
    })
  })

  it('are kept back while nobody can tell whom the viewer has blocked', async () => {
    await expect(shown(comments, { video_id: 41 }, { ViewerFlags: away })).rejects.toThrow(Unavailable)
    expect(await shown(comments, { video_id: 41 }, { ViewerFlags: away }, anonymousCall)).toEqual({
      comment_list: [{ ...restRemark, user: { ...restAlice, is_follow: false } }],
    })
  })

  it('are a failure, not an empty list, while their subgraph is away', async () => {
    const answers = [
      { CommentPage: () => ({ video: { comments: null } }) },
      { CommentPage: away },
      { CommentCards: away },
    ]
    for (const answer of answers) {
      await expect(shown(comments, { video_id: 41 }, answer)).rejects.toThrow(Unavailable)
    }
  })
})
