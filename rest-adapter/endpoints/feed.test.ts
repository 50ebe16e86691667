import { describe, expect, it } from 'vitest'
import { Unavailable } from '../../platform/errors.ts'
import { anonymous } from '../../testing/callers.ts'
import { clip, nobody, now, restAlice, restClip, shown, type Given } from '../../testing/rest-endpoints.ts'
import { feed } from './feed.ts'

const anonymousCall = { ...anonymous, token: null }

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
  ])('ends before %j', async (given, wanted) => {
    await shown(feed, given, {
      FeedPage: ({ publishedBefore }) => {
        expect(publishedBefore).toBe(wanted)
        return { feed: { nodeIds: [] } }
      },
    })
  })

  it('presents videos whole, and the moment of the oldest as the next time', async () => {
    const older = { ...clip, id: '40', publishedAt: '2026-01-30T00:00:00.001Z' }
    const answers = {
      FeedPage: () => ({ feed: { nodeIds: ['41', '40'] } }),
      VideoCards: () => ({ videos: [clip, older] }),
    }
    expect(await shown(feed, {}, answers)).toEqual({
      video_list: [restClip, { ...restClip, id: 40 }],
      next_time: Date.parse('2026-01-30T00:00:00.001Z'),
    })
  })

  it('leaves out whom the viewer keeps away, and goes on behind them all the same', async () => {
    const older = { ...clip, id: '40', author: { id: '8' }, publishedAt: '2026-01-30T00:00:00.001Z' }
    const flags = { favoriteVideoIds: [], followedUserIds: [], blockedUserIds: [], changedLately: false }
    const answers = {
      FeedPage: () => ({ feed: { nodeIds: ['41', '40'] } }),
      VideoCards: () => ({ videos: [clip, older] }),
    }
    const hides = (hiddenUserIds: string[]) => ({
      ...answers,
      ViewerFlags: () => ({ viewerFlags: { ...flags, hiddenUserIds } }),
    })
    const next_time = Date.parse('2026-01-30T00:00:00.001Z')
    expect(await shown(feed, {}, hides(['8']))).toMatchObject({ video_list: [{ id: 41 }], next_time })
    expect(await shown(feed, {}, hides(['8', clip.author?.id ?? '']))).toEqual({ video_list: [], next_time })
  })

  it('begins again at its end', async () => {
    const answers = { FeedPage: () => ({ feed: { nodeIds: [] } }) }
    expect(await shown(feed, {}, answers)).toEqual({ video_list: [], next_time: now })
  })

  it('stays alive while other subgraphs are away', async () => {
    const away = () => {
      throw new Unavailable()
    }
    const answers = { FeedPage: () => ({ feed: { nodeIds: ['41'] } }), VideoCounts: away }
    const alone = { ...restClip, favorite_count: 0, comment_count: 0 }
    expect(await shown(feed, {}, { ...answers, UserCards: away, UserCounts: away })).toMatchObject({
      video_list: [{ ...alone, author: nobody }],
    })
    expect(await shown(feed, {}, answers)).toMatchObject({ video_list: [{ ...alone, author: restAlice }] })
  })

  it('is kept back while nobody can tell whom the viewer has blocked, and shown to anybody else', async () => {
    const answers = {
      FeedPage: () => ({ feed: { nodeIds: ['41'] } }),
      ViewerFlags: () => {
        throw new Unavailable()
      },
    }
    await expect(shown(feed, {}, answers)).rejects.toThrow(Unavailable)
    const author = { ...restAlice, is_follow: false }
    expect(await shown(feed, {}, answers, anonymousCall)).toMatchObject({
      video_list: [{ ...restClip, is_favorite: false, author }],
    })
  })
})
