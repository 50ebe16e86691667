import { describe, expect, it } from 'vitest'
import { Unavailable } from '../../platform/runtime/errors.ts'
import { alice, asked, clip, page, presented, restAlice, restClip } from '../../testing/rest-endpoints.ts'
import type { GraphEndpoint } from '../endpoint.ts'
import type { Operations } from '../operations.generated.ts'
import { favoriteVideos } from './favorites.ts'
import { publishedVideos } from './publishing.ts'
import { followers, following, friends } from './relations.ts'

type Name = 'PublishedVideos' | 'FavoriteVideos' | 'Following' | 'Followers' | 'Friends'

/** Each list, its operation and its field in the graph. */
const lists: readonly (readonly [list: GraphEndpoint, operation: Name, field: string])[] = [
  [publishedVideos, 'PublishedVideos', 'videos'],
  [favoriteVideos, 'FavoriteVideos', 'favoriteVideos'],
  [following, 'Following', 'following'],
  [followers, 'Followers', 'followers'],
  [friends, 'Friends', 'friends'],
]

function data(user: object | null): Operations[Name]['data'] {
  return { viewer: null, user } as Operations[Name]['data']
}

describe('lists of a user', () => {
  it.each(lists)('are theirs by id, and the viewer’s without: $path', (list, operation) => {
    expect(asked(list, { user_id: 5 })).toEqual([operation, { userId: '5' }])
    expect(asked(list, { user_id: 0 })).toEqual([`Own${operation}`, {}])
    expect(asked(list)).toEqual([`Own${operation}`, {}])
  })

  it('are whole, without what is gone', () => {
    const videos = { edges: [{ node: clip }, { node: null }] }
    const users = { edges: [{ node: alice }, { node: null }] }
    const shown = (list: GraphEndpoint, operation: Name, user: object) =>
      presented(list, { user_id: 5 }, operation, data(user))
    expect(shown(publishedVideos, 'PublishedVideos', { videos: page(clip) })).toEqual({ video_list: [restClip] })
    expect(shown(favoriteVideos, 'FavoriteVideos', { favoriteVideos: videos })).toEqual({ video_list: [restClip] })
    expect(shown(following, 'Following', { following: users })).toEqual({ user_list: [restAlice] })
    expect(shown(followers, 'Followers', { followers: users })).toEqual({ user_list: [restAlice] })
  })

  it.each(lists)('are empty without a token and an id, and of nobody: $path', (list, operation) => {
    const nothing = list.failurePayload(new Map(), 0)
    expect(presented(list, {}, `Own${operation}`, data(null))).toEqual(nothing)
    expect(presented(list, { user_id: 5 }, operation, data(null))).toEqual(nothing)
  })

  it.each(lists)('are a failure, not empty, while their subgraph is away: $path', (list, operation, field) => {
    expect(() => presented(list, { user_id: 5 }, operation, data({ id: '5', [field]: null }))).toThrow(Unavailable)
  })
})
