import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { makeClip, makeUniqueClip } from '../testing/clips.ts'
import { bootNetwork, type Network } from '../testing/network.ts'
import { patience } from '../testing/waiting.ts'
import { createClient, type Client } from './client.ts'
import type { StreamEvent } from './event-stream.ts'
import { memoryStore, type TokenStore } from './session.ts'

let network: Network
beforeAll(async () => {
  network = await bootNetwork({ settings: { TRANSCODE_CONCURRENCY: '1' } })
}, 120_000)
afterAll(() => network[Symbol.asyncDispose]())

let count = 0
/** A client of a new user, with the store of its tokens. */
async function signsUp(options: Partial<Parameters<typeof createClient>[0]> = {}) {
  const store = options.store ?? memoryStore()
  const client = createClient({ url: network.graphqlUrl, webSocketImpl: WebSocket, ...options, store })
  const { user } = await client.register(`visitor-${process.pid}-${count++}`, 'password')
  return { client, store, id: user.id }
}

/** Makes the access token one that the server refuses. */
function spoil(store: TokenStore): void {
  const tokens = store.read()
  if (tokens) store.write({ ...tokens, accessToken: `${tokens.accessToken}x` })
}

const isUpload = (address: unknown) => !String(address).startsWith(network.graphqlUrl)

describe('requests', () => {
  it('are answered with data by the name of the operation, and fail with code and message', async () => {
    const { client, id } = await signsUp()
    expect((await client.request('Viewer', {})).viewer).toMatchObject({ id, unreadMessageCount: 0 })
    await expect(client.request('AddComment', { videoId: '1', content: 'hello' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(client.signIn('nobody at all', 'password')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('bring messages in the language of the client', async () => {
    const { client } = await signsUp({ language: () => 'zh' })
    await expect(client.request('AddComment', { videoId: '1', content: 'hello' })).rejects.toThrow(/\p{Script=Han}/u)
  })

  it('refresh a refused token once for all, and go on', async () => {
    const sent: string[] = []
    const counting: typeof fetch = (url, message) => {
      sent.push((JSON.parse(message?.body as string) as { operationName: string }).operationName)
      return fetch(url, message)
    }
    const { client, store, id } = await signsUp({ fetch: counting })
    spoil(store)
    const answers = await Promise.all([1, 2, 3].map(() => client.request('Viewer', {})))
    expect(answers.map(({ viewer }) => viewer?.id)).toEqual([id, id, id])
    expect(sent.filter((name) => name === 'RefreshSession')).toHaveLength(1)
  })

  it('refresh a token before it expires', async () => {
    const { client, store } = await signsUp()
    const before = store.read()
    if (!before) throw new Error('not signed in')
    store.write({ ...before, expiresAt: new Date(Date.now() + 1_000).toISOString() })
    await client.request('Viewer', {})
    expect(store.read()?.refreshToken).not.toBe(before.refreshToken)
  })

  it('end the session when it cannot be refreshed, and tell who listens', async () => {
    const { client, store } = await signsUp()
    const heard = vi.fn()
    client.session.listen(heard)
    const tokens = store.read()
    if (!tokens) throw new Error('not signed in')
    store.write({ ...tokens, accessToken: 'refused', refreshToken: 'refused as well' })
    await expect(client.request('Sessions', {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect([store.read(), heard.mock.calls]).toEqual([null, [[null]]])
  })

  it('keep the session while nothing answers', async () => {
    let isAway = false
    const { client, store } = await signsUp({
      fetch: (url, message) => (isAway ? Promise.reject(new TypeError('fetch failed')) : fetch(url, message)),
    })
    spoil(store)
    isAway = true
    await expect(client.request('Viewer', {})).rejects.toMatchObject({ code: 'OFFLINE' })
    isAway = false
    expect((await client.request('Viewer', {})).viewer).toBeTruthy()
  })

  it('are given up by their signal', async () => {
    const { client } = await signsUp()
    await expect(client.request('Viewer', {}, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('end with the session that is signed out', async () => {
    const { client, store } = await signsUp()
    const token = store.read()?.accessToken ?? ''
    await client.signOut()
    expect(store.read()).toBeNull()
    const again = createClient({ url: network.graphqlUrl })
    again.session.begin({
      accessToken: token,
      expiresAt: '2999-01-01T00:00:00Z',
      refreshToken: null,
      user: { id: '1', name: '' },
    })
    await expect(again.request('Sessions', {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('change the password, and go on with the new session', async () => {
    const { client } = await signsUp()
    await client.changePassword('password', 'another password')
    expect((await client.request('Sessions', {})).sessions).toHaveLength(1)
  })
})

describe('uploads', () => {
  it('send a file in parts, and are published', async () => {
    const { client } = await signsUp()
    const clip = await makeUniqueClip(11 * 1024 * 1024)
    const progress: number[] = []
    const uploadId = await client.upload(new Blob([new Uint8Array(clip)]), {
      onProgress: (sentBytes) => progress.push(sentBytes),
    })
    expect(progress.at(0)).toBe(0)
    expect(progress.at(-1)).toBe(clip.length)
    expect(progress.length).toBeGreaterThan(2)
    const { publishVideo } = await client.request('PublishVideo', { uploadId, title: 'In parts' })
    const played = await fetch(publishVideo.video.playUrl)
    expect(Buffer.from(await played.arrayBuffer()).equals(clip)).toBe(true)
  })

  it('go on with the parts that are missing', async () => {
    const stop = new AbortController()
    const sent: string[] = []
    const { client } = await signsUp({
      async fetch(url, message) {
        if (!isUpload(url)) return fetch(url, message)
        const answer = await fetch(url, message)
        sent.push((url as string).replace(/\?.*/, ''))
        stop.abort()
        return answer
      },
    })
    const clip = new Blob([new Uint8Array(await makeUniqueClip(21 * 1024 * 1024))])
    let begun = ''
    const first = client.upload(clip, { signal: stop.signal, onBegin: (uploadId) => (begun = uploadId) })
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' })
    const before = sent.length
    const progress: number[] = []
    expect(await client.upload(clip, { uploadId: begun, onProgress: (bytes) => progress.push(bytes) })).toBe(begun)
    // Something had arrived before, and all has now.
    expect([progress[0] !== 0, progress.at(-1)]).toEqual([true, clip.size])
    expect(before).toBeGreaterThan(0)
    await client.request('PublishVideo', { uploadId: begun, title: '' })
  })

  it('send a part again that was interrupted, and give up what is refused', async () => {
    let failures = 1
    const { client } = await signsUp({
      fetch: (url, message) =>
        isUpload(url) && failures-- > 0 ? Promise.reject(new TypeError('fetch failed')) : fetch(url, message),
    })
    await client.upload(new Blob([new Uint8Array(await makeUniqueClip())]))
    const refusing = await signsUp({
      fetch: (url, message) =>
        isUpload(url) ? Promise.resolve(new Response('', { status: 403 })) : fetch(url, message),
    })
    await expect(refusing.client.upload(new Blob(['x']))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('set a picture of the profile', async () => {
    const { client } = await signsUp()
    const avatarUploadId = await client.uploadPicture(new Blob([new Uint8Array(onePixel)], { type: 'image/png' }))
    const before = (await client.request('Viewer', {})).viewer?.avatar
    const { updateProfile } = await client.request('UpdateProfile', { avatarUploadId })
    expect(updateProfile.user.avatar).not.toBe(before)
  })
})

/** Sockets that the test can break. */
function breakableSockets() {
  const open = new Set<WebSocket>()
  class Breakable extends WebSocket {
    constructor(...parameters: ConstructorParameters<typeof WebSocket>) {
      super(...parameters)
      open.add(this)
      this.on('close', () => open.delete(this))
    }
  }
  return { webSocketImpl: Breakable, breakAll: () => open.forEach((socket) => socket.terminate()) }
}

describe('events', () => {
  function listens(client: Client) {
    const events: StreamEvent[] = []
    const connected: boolean[] = []
    const onEnded = vi.fn()
    const stream = client.events({
      onEvent: (event) => events.push(event),
      onConnected: (isConnected) => connected.push(isConnected),
      onEnded,
    })
    const contents = () => events.map((event) => ('message' in event ? event.message.content : event.__typename))
    const hears = (wanted: string[]) => expect.poll(contents, patience).toEqual(wanted)
    const connects = (times: number) =>
      expect.poll(() => connected.filter((isConnected) => isConnected).length, patience).toBeGreaterThanOrEqual(times)
    return { events, hears, connects, onEnded, [Symbol.dispose]: () => stream[Symbol.dispose]() }
  }

  it('come each once, also what happened while the connection was broken', async () => {
    const sockets = breakableSockets()
    const alice = await signsUp()
    const bob = await signsUp({ webSocketImpl: sockets.webSocketImpl })
    const says = (content: string) => alice.client.request('SendMessage', { toUserId: bob.id, content })
    using stream = listens(bob.client)
    await stream.connects(1)
    await says('first')
    await stream.hears(['first'])
    sockets.breakAll()
    await says('second')
    await stream.hears(['first', 'second'])
    await says('third')
    await stream.hears(['first', 'second', 'third'])
  })

  it('go on with another token when the one of the connection is refused', async () => {
    const alice = await signsUp()
    const bob = await signsUp()
    spoil(bob.store)
    using stream = listens(bob.client)
    await stream.connects(1)
    await alice.client.request('SendMessage', { toUserId: bob.id, content: 'refreshed' })
    await stream.hears(['refreshed'])
  })

  it('end with the session', async () => {
    const { client } = await signsUp()
    using stream = listens(client)
    await stream.connects(1)
    await client.signOut()
    await expect.poll(() => stream.onEnded.mock.calls.length, patience).toBe(1)
  })
})

it('is shown by an example, which uploads a video and waits until it is ready', async () => {
  const example = fileURLToPath(new URL('example.ts', import.meta.url))
  const run = promisify(execFile)(process.execPath, [
    '--import',
    'tsx/esm',
    example,
    network.graphqlUrl,
    await makeClip({}),
  ])
  const { stdout } = await run
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining(['100 %', expect.stringMatching(/^published \d+$/), 'READY 100']),
  )
})

/** A picture of one red pixel. */
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
)
