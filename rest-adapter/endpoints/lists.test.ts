import { describe, expect, it } from 'vitest'
import { Unavailable } from '../../platform/errors.ts'
import { anonymous } from '../../testing/callers.ts'
import type { FakeAnswers } from '../../testing/fake-graph.ts'
import { alice, asked, presented, restAlice, restClip, shown } from '../../testing/rest-endpoints.ts'
import type { ViewEndpoint } from '../endpoint.ts'
import { favoriteVideos } from './favorites.ts'
import { publishedVideos } from './publishing.ts'
import { followers, following, friends } from './relations.ts'

/** The lists of one person, who has everything there is and something that is gone. */
function listsOf(userId: string): FakeAnswers {
  const only = (variables: { readonly userId: string }): void => expect(variables).toEqual({ userId })
  const videos = { nodeIds: ['41', '999'] }
  const people = { nodeIds: [alice.id, '999'] }
  return {
    PublishedVideos: (variables) => (only(variables), { user: { videos } }),
    FavoriteVideos: (variables) => (only(variables), { user: { favoriteVideos: videos } }),
    Following: (variables) => (only(variables), { user: { following: people } }),
    Followers: (variables) => (only(variables), { user: { followers: people } }),
  }
}

const lists: readonly [ViewEndpoint, object][] = [
  [publishedVideos, { video_list: [restClip] }],
  [favoriteVideos, { video_list: [restClip] }],
  [following, { user_list: [restAlice] }],
  [followers, { user_list: [restAlice] }],
]

describe('lists of a person', () => {
  it.each(lists)(
    'are his by id, and the viewer’s without, whole and without what is gone: $path',
    async (list, all) => {
      expect(await shown(list, { user_id: 5 }, listsOf('5'))).toEqual(all)
      expect(await shown(list, { user_id: 0 }, listsOf('7'))).toEqual(all)
      expect(await shown(list, {}, listsOf('7'))).toEqual(all)
    },
  )

  it('of friends are, too', () => {
    expect(asked(friends, { user_id: 7 })).toEqual(['Friends', { userId: '7' }])
    expect(asked(friends, { user_id: 0 })).toEqual(['OwnFriends', {}])
    expect(asked(friends)).toEqual(['OwnFriends', {}])
  })

  it('are empty without a token and an id', async () => {
    for (const [list] of lists) {
      const [name = ''] = Object.keys(list.neutral(new Map(), 0))
      expect(await shown(list, {}, {}, { ...anonymous, token: null })).toEqual({ [name]: [] })
    }
    expect(presented(friends, {}, 'OwnFriends', { viewer: null, user: null })).toEqual({ user_list: [] })
  })

  it('are a failure, not empty, while their subgraph is away', async () => {
    const away = { FavoriteVideos: () => ({ user: { favoriteVideos: null } }) }
    await expect(shown(favoriteVideos, { user_id: 5 }, away)).rejects.toThrow(Unavailable)
  })
})
