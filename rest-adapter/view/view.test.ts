import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Call } from '../../platform/call.ts'
import { createFakeGraph, type FakeAnswers } from '../../testing/fake-graph.ts'
import { alice, clip, everybody, signedIn } from '../../testing/rest-endpoints.ts'
import { createViews } from './view.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

const nobody: Call = { ...signedIn, token: null }

/** Views over a graph with one video, and what is asked of it. */
function views(answers: FakeAnswers = {}) {
  const graph = createFakeGraph({ ...everybody, FeedPage: () => ({ feed: { nodeIds: [clip.id] } }), ...answers })
  return { openView: createViews(graph.execute), asked: () => graph.takeAsked().map(({ operation }) => operation) }
}

const wholePage = ['FeedPage', 'VideoCards', 'VideoCounts', 'UserCards', 'UserCounts']

it('reads a page once, however many look at it at the same time', async () => {
  const { openView, asked } = views()
  await Promise.all(Array.from({ length: 1_000 }, () => openView(nobody).feed(null)))
  expect(asked()).toEqual(wholePage)
})

it('asks for the flags of each viewer, and for nothing else while the page is kept', async () => {
  const { openView, asked } = views()
  await openView(nobody).feed(null)
  asked()
  const { videos } = await openView(signedIn).feed(null)
  expect(asked()).toEqual(['ViewerFlags'])
  expect(JSON.parse(videos.text)).toMatchObject([{ is_favorite: true, author: { is_follow: true } }])
  const { videos: withoutFlags } = await openView(nobody).feed(null)
  expect(JSON.parse(withoutFlags.text)).toMatchObject([{ is_favorite: false, author: { is_follow: false } }])
})

it('shows no page for longer than a tenth of a second, and nothing for longer than one', async () => {
  const { openView, asked } = views()
  await openView(nobody).feed(null)
  asked()
  vi.advanceTimersByTime(100)
  await openView(nobody).feed(null)
  expect(asked()).toEqual(['FeedPage'])
  vi.advanceTimersByTime(400)
  await openView(nobody).feed(null)
  expect(asked()).toEqual(['FeedPage', 'VideoCounts', 'UserCounts'])
  vi.advanceTimersByTime(1_000)
  await openView(nobody).feed(null)
  expect(asked()).toEqual(wholePage)
})

it('reads everything anew for who changed something a moment ago, and shows that to all', async () => {
  const after: string[] = []
  const { openView, asked } = views({
    FeedPage: () => ({ feed: { nodeIds: [clip.id, ...after] } }),
    ViewerFlags: (variables) => {
      const { viewerFlags } = everybody.ViewerFlags(variables)
      return { viewerFlags: { ...viewerFlags, changedLately: after.length > 0 } }
    },
  })
  await openView(nobody).feed(null)
  await openView(signedIn).users([alice.id])
  asked()
  after.push('40')
  const { videos } = await openView(signedIn).feed(null)
  expect(JSON.parse(videos.text)).toMatchObject([{ id: 41 }, { id: 40 }])
  expect(asked()).toEqual(['ViewerFlags', ...wholePage, 'ViewerFlags'])
  await openView(signedIn).users([alice.id])
  await openView(signedIn).videos([clip.id])
  expect(asked().filter((name) => name !== 'ViewerFlags')).toEqual([
    'UserCards',
    'UserCounts',
    'VideoCards',
    'VideoCounts',
    'UserCards',
    'UserCounts',
  ])
  const { videos: forAll } = await openView(nobody).feed(null)
  expect(JSON.parse(forAll.text)).toHaveLength(2)
  expect(asked()).toEqual([])
})

it('keeps what clients are shown apart by the address that they call', async () => {
  const { openView, asked } = views()
  await openView(nobody).feed(null)
  await openView({ ...nobody, origin: 'http://elsewhere.test' }).feed(null)
  expect(asked()).toEqual([...wholePage, ...wholePage])
})

it('shows any number of addresses what they call, and reads it anew for a few of them', async () => {
  const at = (origin: string): Call => ({ ...nobody, origin })
  const avatarAt = ({ origin }: Call): string => `${origin}/avatar.png`
  const { openView, asked } = views({ UserCards: (_, call) => ({ users: [{ ...alice, avatar: avatarAt(call) }] }) })
  const usual = at('http://usual.test')
  await openView(usual).feed(null)
  for (let count = 0; count < 200; count++) {
    const strange = at(`http://strange-${count}.test`)
    const { videos } = await openView(strange).feed(null)
    expect(JSON.parse(videos.text)).toMatchObject([{ author: { avatar: avatarAt(strange) } }])
    expect(JSON.parse((await openView(strange).user(alice.id)) ?? '')).toMatchObject({ avatar: avatarAt(strange) })
  }
  expect(asked().length).toBeLessThanOrEqual(9 * wholePage.length)
  const { videos } = await openView(usual).feed(null)
  expect(JSON.parse(videos.text)).toMatchObject([{ author: { avatar: avatarAt(usual) } }])
  expect(asked()).toEqual([])
})

it('remembers for a moment whom there is not', async () => {
  const { openView, asked } = views()
  expect(await openView(nobody).user('5')).toBeNull()
  expect(await openView(nobody).user('5')).toBeNull()
  expect(asked()).toEqual(['UserCards', 'UserCounts'])
})
