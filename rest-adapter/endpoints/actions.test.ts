import { describe, expect, it } from 'vitest'
import { asked, parametersOf } from '../../testing/rest-endpoints.ts'
import { changeComment } from './comments.ts'
import { changeFavorite } from './favorites.ts'
import { sendMessage } from './messages.ts'
import { publish } from './publishing.ts'
import { changeRelation } from './relations.ts'

describe('actions', () => {
  it('are chosen by their number', () => {
    expect(asked(changeFavorite, { action_type: 1, video_id: 41 })).toEqual(['FavoriteVideo', { videoId: '41' }])
    expect(asked(changeFavorite, { action_type: 2, video_id: 41 })).toEqual(['UnfavoriteVideo', { videoId: '41' }])
    expect(asked(changeRelation, { action_type: 1, to_user_id: 7 })).toEqual(['FollowUser', { userId: '7' }])
    expect(asked(changeRelation, { action_type: 2, to_user_id: 7 })).toEqual(['UnfollowUser', { userId: '7' }])
    expect(asked(sendMessage, { action_type: 1, to_user_id: 7, content: ' hi ' })).toEqual([
      'SendMessage',
      { userId: '7', content: ' hi ' },
    ])
  })

  it.each([changeFavorite, changeRelation, changeComment, sendMessage])('need one: $path', (endpoint) => {
    const given = { video_id: 1, to_user_id: 2, comment_id: 3, content: 'hi' }
    expect(() => asked(endpoint, given)).toThrow('action_type')
    expect(() => asked(endpoint, { ...given, action_type: 9 })).toThrow('action_type')
  })

  it.each([changeFavorite, changeRelation, changeComment, sendMessage])('need to know on what: $path', (endpoint) => {
    expect(() => asked(endpoint, { action_type: 1 })).toThrow('is missing')
  })

  it('publish under a title', () => {
    const question = publish.requestForUpload('up-1', parametersOf({ title: 'sunset' }))
    expect([question.operation, question.variables]).toEqual(['PublishVideo', { uploadId: 'up-1', title: 'sunset' }])
  })
})
