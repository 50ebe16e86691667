import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Call } from '../../platform/call.ts'
import { createFakeGraph, type FakeAnswers } from '../../testing/fake-graph.ts'
import { alice, clip, everybody, remark, signedIn } from '../../testing/rest-endpoints.ts'
import { createViews, type View } from './view.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

const nobody: Call = { ...signedIn, token: null }
const nothing = {
  favoriteVideoIds: [],
  followedUserIds: [],
  blockedUserIds: [],
  hiddenUserIds: [],
  changedLately: false,
}

/** Views over a graph in which these comments stand under one video, and what is asked of it. */
function views(nodeIds: readonly string[] = [remark.id], answers: FakeAnswers = {}) {
  const CommentPage = () => ({ video: { comments: { nodeIds: [...nodeIds] } } })
  const graph = createFakeGraph({ ...everybody, CommentPage, ...answers })
  return { openView: createViews(graph.execute), asked: () => graph.takeAsked().map(({ operation }) => operation) }
}

/** What a viewer reads under the video. */
async function read(view: View) {
  const { comments } = await view.comments(clip.id)
  return JSON.parse(comments.text) as { id: number; user: { id: number; is_follow: boolean } }[]
}

it('reads a page once, however many look at it at the same time', async () => {
  const { openView, asked } = views()
  await Promise.all(Array.from({ length: 1_000 }, () => openView(nobody).comments(clip.id)))
  expect(asked()).toEqual(['CommentPage', 'CommentCards', 'UserCards', 'UserCounts'])
})

it('shows no page for longer than a tenth of a second, its authors for one at most, and reads no comment again', async () => {
  const { openView, asked } = views()
  await openView(nobody).comments(clip.id)
  asked()
  vi.advanceTimersByTime(99)
  await openView(nobody).comments(clip.id)
  expect(asked()).toEqual([])
  vi.advanceTimersByTime(1)
  await openView(nobody).comments(clip.id)
  expect(asked()).toEqual(['CommentPage'])
  vi.advanceTimersByTime(1_000)
  await openView(nobody).comments(clip.id)
  expect(asked()).toEqual(['CommentPage', 'UserCards', 'UserCounts'])
})

it('asks for the flags of each viewer, and for nothing else while the page is kept', async () => {
  const { openView, asked } = views()
  expect(await read(openView(nobody))).toMatchObject([{ user: { is_follow: false } }])
  asked()
  expect(await read(openView(signedIn))).toMatchObject([{ user: { is_follow: true } }])
  expect(asked()).toEqual(['ViewerFlags'])
  expect(await read(openView(nobody))).toMatchObject([{ user: { is_follow: false } }])
})

it('shows the very same to all who follow none of the authors', async () => {
  const { openView } = views([remark.id], { ViewerFlags: () => ({ viewerFlags: nothing }) })
  const shown = await openView(nobody).comments(clip.id)
  expect(shown.isShared).toBe(true)
  expect(await openView(nobody).comments(clip.id)).toBe(shown)
  expect(await openView(signedIn).comments(clip.id)).toBe(shown)
})

it('shows at once what the viewer wrote and what he deleted a moment ago, and then to all', async () => {
  const nodeIds = ['4']
  let changedLately = false
  const { openView, asked } = views(nodeIds, {
    ViewerFlags: () => ({ viewerFlags: { ...nothing, changedLately } }),
  })
  await read(openView(nobody))
  asked()
  nodeIds.unshift('5')
  changedLately = true
  expect(await read(openView(signedIn))).toMatchObject([{ id: 5 }, { id: 4 }])
  const anew = ['ViewerFlags', 'CommentPage', 'CommentCards', 'UserCards', 'UserCounts', 'ViewerFlags']
  expect(asked()).toEqual(anew)
  expect(await read(openView(nobody))).toHaveLength(2)
  nodeIds.pop()
  expect(await read(openView(signedIn))).toMatchObject([{ id: 5 }])
  expect(await read(openView(nobody))).toHaveLength(1)
})

it('shows a deleted comment to others for a tenth of a second at most', async () => {
  const nodeIds = ['5', '4']
  const { openView } = views(nodeIds)
  await read(openView(nobody))
  nodeIds.shift()
  expect(await read(openView(nobody))).toHaveLength(2)
  vi.advanceTimersByTime(100)
  expect(await read(openView(nobody))).toMatchObject([{ id: 4 }])
})

it('leaves out a comment that is deleted while its page is read', async () => {
  const { openView } = views(['6', '4'])
  expect(await read(openView(nobody))).toMatchObject([{ id: 4 }])
})

it('leaves out whom the viewer keeps away', async () => {
  const { openView } = views(['5', '4'], {
    CommentCards: () => ({ comments: [remark, { ...remark, id: '4', author: { id: '8' } }] }),
    ViewerFlags: () => ({ viewerFlags: { ...nothing, hiddenUserIds: [alice.id] } }),
  })
  expect(await read(openView(signedIn))).toMatchObject([{ id: 4 }])
  expect(await read(openView(nobody))).toHaveLength(2)
})

it('remembers for a moment that there is no such video', async () => {
  const { openView, asked } = views([], { CommentPage: () => ({ video: null }) })
  expect(await read(openView(nobody))).toEqual([])
  expect(await read(openView(nobody))).toEqual([])
  expect(asked()).toEqual(['CommentPage'])
})
