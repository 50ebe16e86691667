import { describe, expect, it } from 'vitest'
import { asked, clip, nobody, now, page, presented, restClip, type Given } from '../../testing/rest-endpoints.ts'
import { feed } from './feed.ts'

describe('the feed', () => {
  it.each<[Given, string | null]>([
    [{}, null],
    [{ latest_time: '' }, null],
    [{ latest_time: 0 }, null],
    [{ latest_time: 'soon' }, null],
    [{ latest_time: '2026-01-31T12:00:00Z' }, null],
    [{ latest_time: now + 1 }, null],
    [{ latest_time: now - 1 }, '2026-01-31T11:59:59.999Z'],
    [{ latest_time: 1_700_000_000 }, '2023-11-14T22:13:20.000Z'],
  ])('ends before %j', (given, publishedBefore) => {
    expect(asked(feed, given)).toEqual(['Feed', { publishedBefore }])
  })

  it('presents videos whole, and the moment of the oldest as the next time', () => {
    const newer = { ...clip, publishedAt: '2026-01-31T00:00:00.000Z' }
    const older = { ...clip, id: '40', publishedAt: '2026-01-30T00:00:00.001Z' }
    expect(presented(feed, {}, 'Feed', { feed: page(newer, older) })).toEqual({
      video_list: [restClip, { ...restClip, id: 40 }],
      next_time: Date.parse('2026-01-30T00:00:00.001Z'),
    })
  })

  it('begins again at its end', () => {
    expect(presented(feed, {}, 'Feed', { feed: page() })).toEqual({ video_list: [], next_time: now })
  })

  it('shows what there is while other subgraphs are away', () => {
    const publishedAt = '2026-01-31T00:00:00.000Z'
    const uncounted = { ...clip, favoriteCount: null, commentCount: null, isFavorite: null, author: null, publishedAt }
    expect(presented(feed, {}, 'Feed', { feed: page(uncounted) })).toMatchObject({
      video_list: [{ ...restClip, favorite_count: 0, comment_count: 0, is_favorite: false, author: nobody }],
    })
  })
})
