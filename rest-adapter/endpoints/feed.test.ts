import { describe, expect, it } from 'vitest'
import { asked, clip, nobody, now, page, presented, restClip, type Given } from '../../testing/rest-endpoints.ts'
import { sessionTime } from '../feed-session.ts'
import { feeds } from './feed.ts'

const { latest: feed, recommended } = feeds

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

describe('the recommended feed', () => {
  const noSession = { seed: null, from: null, publishedBefore: null }

  it.each<[Given, object]>([
    [{}, noSession],
    [{ latest_time: 'soon' }, noSession],
    [{ latest_time: now - 1 }, { ...noSession, publishedBefore: '2026-01-31T11:59:59.999Z' }],
    [{ latest_time: 2 ** 52 - 1 }, noSession],
    [{ latest_time: 2 ** 52 + 2 ** 51 }, noSession],
    [{ latest_time: sessionTime(0, 0) ?? 0 }, { ...noSession, seed: 0, from: 0 }],
    [
      { latest_time: sessionTime(2 ** 31 - 1, 2 ** 20 - 1) ?? 0 },
      { ...noSession, seed: 2 ** 31 - 1, from: 2 ** 20 - 1 },
    ],
    [{ latest_time: sessionTime(123_456_789, 60) ?? 0 }, { ...noSession, seed: 123_456_789, from: 60 }],
  ])('reads the session from %j', (given, variables) => {
    expect(asked(recommended, given)).toEqual(['RecommendedFeed', variables])
  })

  it('writes the session into the next time, or the time of the last video where there is none', () => {
    const shown = { ...clip, publishedAt: '2026-01-30T00:00:00.001Z' }
    const nextOf = (data: object) =>
      presented(recommended, {}, 'RecommendedFeed', { recommendedFeed: { ...page(shown), ...data } as never })
    expect(nextOf({ seed: 7, next: 30 })).toEqual({ video_list: [restClip], next_time: sessionTime(7, 30) })
    expect(nextOf({ seed: null, next: null })).toMatchObject({ next_time: Date.parse(shown.publishedAt) })
    expect(nextOf({ seed: null, next: null, edges: [] })).toEqual({ video_list: [], next_time: now })
    // Farther than anybody reads: the feed begins again.
    expect(nextOf({ seed: 7, next: 2 ** 20, edges: [] })).toMatchObject({ next_time: now })
  })
})
