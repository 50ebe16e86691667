import { describe, expect, it } from 'vitest'
import { Unavailable } from '../../platform/errors.ts'
import { alice, asked, clip, page, presented, restAlice, restClip } from '../../testing/rest-endpoints.ts'
import { favoriteVideos } from './favorites.ts'
import { publishedVideos } from './publishing.ts'
import { followers, following, friends } from './relations.ts'

describe('lists of a person', () => {
  it.each([
    [publishedVideos, 'PublishedVideos'],
    [favoriteVideos, 'FavoriteVideos'],
    [following, 'Following'],
    [followers, 'Followers'],
    [friends, 'Friends'],
  ])('are his by id, and the viewer’s without: $path', (endpoint, name) => {
    expect(asked(endpoint, { user_id: 7 })).toEqual([name, { userId: '7' }])
    expect(asked(endpoint, { user_id: 0 })).toEqual([`Own${name}`, {}])
    expect(asked(endpoint)).toEqual([`Own${name}`, {}])
  })

  it('are empty without a token and an id', () => {
    expect(presented(publishedVideos, {}, 'OwnPublishedVideos', { user: null })).toEqual({ video_list: [] })
    expect(presented(favoriteVideos, {}, 'OwnFavoriteVideos', { user: null })).toEqual({ video_list: [] })
    expect(presented(following, {}, 'OwnFollowing', { user: null })).toEqual({ user_list: [] })
    expect(presented(followers, {}, 'OwnFollowers', { user: null })).toEqual({ user_list: [] })
    expect(presented(friends, {}, 'OwnFriends', { viewer: null, user: null })).toEqual({ user_list: [] })
  })

  it('hold whole objects, without those that are gone', () => {
    const videos = { user: { videos: page(clip) } }
    expect(presented(publishedVideos, {}, 'OwnPublishedVideos', videos)).toEqual({ video_list: [restClip] })
    const liked = { user: { favoriteVideos: page(null, clip) } }
    expect(presented(favoriteVideos, {}, 'OwnFavoriteVideos', liked)).toEqual({ video_list: [restClip] })
    expect(presented(following, {}, 'OwnFollowing', { user: { following: page(alice, null) } })).toEqual({
      user_list: [restAlice],
    })
    expect(presented(followers, {}, 'OwnFollowers', { user: { followers: page(alice) } })).toEqual({
      user_list: [restAlice],
    })
  })

  it('are a failure, not empty, while their subgraph is away', () => {
    expect(() => presented(favoriteVideos, {}, 'OwnFavoriteVideos', { user: { favoriteVideos: null } })).toThrow(
      Unavailable,
    )
  })
})
