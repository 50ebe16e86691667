import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { waitUntil } from '../embedded/processes/wait-until.ts'
import { ask } from '../start/people.ts'
import { makeClip } from './clips.ts'
import type { Worker } from '../subgraphs/video/worker.ts'
import { startTestWorker } from './media-worker.ts'
import { bootNetwork, topologies, type Network, type TestPerson } from './network.ts'
import { becomesFriends, sendsFile } from './visible-videos.ts'
import { patience } from './waiting.ts'

interface Media {
  readonly visibility: string
  readonly status: string
  readonly playUrl: string
  readonly coverUrl: string
  readonly hlsUrl: string | null
  readonly renditions: readonly { readonly url: string }[]
}

const media = 'visibility status playUrl coverUrl hlsUrl renditions { url }'

/** What is promised of every process: a change that was answered is seen there, by a caller without recent writes. */
const promisedMs = 850

describe.each(topologies)('a video in %s', (topology) => {
  let network: Network
  let worker: Worker
  let author: TestPerson
  let friend: TestPerson
  let stranger: TestPerson
  let videoId: string
  beforeAll(async () => {
    network = await bootNetwork({ topology })
    worker = await startTestWorker(network.databaseUrl)
    author = await network.person('author')
    friend = await network.person('friend')
    stranger = await network.person('stranger')
    await becomesFriends(author, friend)
    videoId = await author.publishes('sunset', await makeClip({ width: 320, height: 180 }))
    const isReady = async () => (await mediaFor(author))?.status === 'READY'
    expect(await waitUntil(isReady, 60_000)).toBe(true)
  }, 180_000)
  afterAll(async () => {
    await (worker as Worker | undefined)?.[Symbol.asyncDispose]()
    await (network as Network | undefined)?.[Symbol.asyncDispose]()
  })

  async function mediaFor(person: TestPerson | null): Promise<Media | null> {
    const query = `query ($id: ID!) { video(id: $id) { ${media} } }`
    return (await ask<{ video: Media | null }>(network, query, { id: videoId }, person?.token)).video
  }

  async function becomes(visibility: string): Promise<Media> {
    const { setVideoVisibility } = await author.asks<{ setVideoVisibility: { video: Media } }>(
      `mutation ($id: ID!, $visibility: VideoVisibility!) {
        setVideoVisibility(input: { videoId: $id, visibility: $visibility }) { video { ${media} } }
      }`,
      { id: videoId, visibility },
    )
    expect(setVideoVisibility.video.visibility).toBe(visibility)
    return setVideoVisibility.video
  }

  /** All URLs of a video, with those that its playlists refer to. */
  async function urlsOf(video: Media): Promise<string[]> {
    const urls = [video.playUrl, video.coverUrl, video.hlsUrl ?? '', ...video.renditions.map(({ url }) => url)]
    const read = new Set<string>()
    for (const url of urls) {
      if (read.has(url) || !url.endsWith('.m3u8')) continue
      read.add(url)
      const playlist = await (await fetch(url)).text()
      for (const [name] of playlist.matchAll(/hls-[\w-]+\.(?:m3u8|mp4)/g)) urls.push(new URL(name, url).href)
    }
    const all = [...new Set(urls)]
    expect(all.filter((url) => url.endsWith('.m3u8')).length).toBeGreaterThan(1)
    expect(all.length).toBeGreaterThanOrEqual(5)
    return all
  }

  async function statusesOf(urls: readonly string[]): Promise<number[]> {
    return Promise.all(urls.map(async (url) => (await fetch(url, { headers: { range: 'bytes=0-0' } })).status))
  }

  /** The same objects, asked for at the store itself, and at the other one of our servers. */
  function elsewhere(urls: readonly string[]): string[] {
    const { url: store } = inject('services').objectStore
    const origins = [network.restUrl, new URL(network.graphqlUrl).origin]
    return urls.flatMap((url) => {
      const { pathname } = new URL(url)
      const unsigned = pathname.replace(/^\/media\/signed\/[^/]+\//, '/restricted/')
      return [...origins.map((origin) => origin + unsigned), store + unsigned]
    })
  }

  it('is read by its URLs as long as it is public, at both servers and at the store', async () => {
    const urls = await urlsOf((await mediaFor(null)) as Media)
    expect(new Set(await statusesOf([...urls, ...elsewhere(urls)]))).toEqual(new Set([206]))
  })

  it('is read by no former URL when it becomes private, but by new ones that are signed', async () => {
    const former = await urlsOf((await mediaFor(null)) as Media)
    const video = await becomes('PRIVATE')
    for (const status of await statusesOf([...former, ...elsewhere(former)])) expect([403, 404]).toContain(status)

    const urls = await urlsOf(video)
    expect(urls.every((url) => new URL(url).pathname.startsWith('/media/signed/'))).toBe(true)
    expect(new Set(await statusesOf(urls))).toEqual(new Set([206]))
    for (const status of await statusesOf(elsewhere(urls))) expect([403, 404]).toContain(status)
    const other = urls.map((url) => url.replace(/\/signed\/\d+/, (text) => `${text}9`))
    expect(new Set(await statusesOf(other))).toEqual(new Set([403]))

    const head = await fetch(video.playUrl, { method: 'HEAD' })
    expect([head.status, head.headers.get('cache-control'), head.headers.get('content-type')]).toEqual([
      ...[200, 'private, no-cache', 'video/mp4'],
    ])
    // The same at the other server.
    const { pathname } = new URL(video.playUrl)
    expect((await fetch(network.restUrl + pathname)).status).toBe(200)
    expect((await fetch(new URL(network.graphqlUrl).origin + pathname)).status).toBe(200)
  })

  it('is hidden from everyone else within the promised time, and shown to its author at once', async () => {
    await becomes('PUBLIC')
    await vi.waitUntil(async () => (await mediaFor(null)) !== null, patience)
    const lists = async (person: TestPerson | null): Promise<string> => {
      const edges = '{ edges { node { id } } }'
      const query = `query ($id: ID!, $author: ID!) {
        video(id: $id) { id } feed(first: 100) ${edges} user(id: $author) { videos ${edges} }
      }`
      return JSON.stringify(await ask(network, query, { id: videoId, author: author.id }, person?.token))
    }
    const isFor = async (person: TestPerson | null): Promise<boolean> => (await lists(person)).includes(videoId)
    await vi.waitUntil(() => isFor(stranger), patience)
    await becomes('PRIVATE')
    const answeredAt = performance.now()
    expect(await isFor(author)).toBe(true)
    await vi.waitUntil(async () => !(await isFor(null)) && !(await isFor(stranger)) && !(await isFor(friend)), {
      ...patience,
      interval: 5,
    })
    expect(performance.now() - answeredAt).toBeLessThan(promisedMs)
  })

  it('is shown to friends only, until they are none any more', async () => {
    const before = await mediaFor(author)
    const video = await becomes('FRIENDS')
    // Nobody but the author had an address of it.
    expect(new URL(video.playUrl).pathname).toBe(new URL(before?.playUrl ?? '').pathname)
    await vi.waitUntil(async () => (await mediaFor(friend)) !== null, patience)
    expect(await mediaFor(stranger)).toBeNull()
    expect(await mediaFor(null)).toBeNull()
    const { video_list: list } = await friend.calls<{ video_list: { id: number; play_url: string }[] }>(
      'GET',
      '/douyin/publish/list/',
      { user_id: author.id },
    )
    expect(list.map(({ id }) => String(id))).toEqual([videoId])
    expect((await fetch(list[0]?.play_url ?? '')).status).toBe(200)

    await author.unfollows(friend)
    const answeredAt = performance.now()
    await vi.waitUntil(async () => (await mediaFor(friend)) === null, { ...patience, interval: 5 })
    expect(performance.now() - answeredAt).toBeLessThan(promisedMs)
    await author.follows(friend)
    await vi.waitUntil(async () => (await mediaFor(friend)) !== null, patience)
  })

  it('is read by none of the URLs that friends have when it becomes private', async () => {
    const former = await urlsOf((await mediaFor(friend)) as Media)
    await becomes('PRIVATE')
    for (const status of await statusesOf(former)) expect([403, 404]).toContain(status)
  })

  it('is public again with other URLs, and liked and commented on as before', async () => {
    await becomes('PUBLIC')
    await stranger.likes(videoId)
    await becomes('PRIVATE')
    await expect(friend.likes(videoId)).rejects.toThrow(/不存在/)
    const video = await becomes('PUBLIC')
    expect(new Set(await statusesOf(await urlsOf(video)))).toEqual(new Set([206]))
    const query = 'query ($id: ID!) { video(id: $id) { favoriteCount } }'
    expect(await author.asks(query, { id: videoId })).toEqual({ video: { favoriteCount: 1 } })
  })

  it('can be private from the beginning, and is transcoded all the same', async () => {
    const uploadId = await sendsFile(author, await makeClip({ width: 320, height: 180, seconds: 2 }))
    const { publishVideo } = await author.asks<{ publishVideo: { video: Media & { id: string } } }>(
      `mutation ($uploadId: ID!) {
        publishVideo(input: { uploadId: $uploadId, visibility: PRIVATE }) { video { id ${media} } }
      }`,
      { uploadId },
    )
    videoId = publishVideo.video.id
    expect(publishVideo.video).toMatchObject({ visibility: 'PRIVATE' })
    expect(new URL(publishVideo.video.coverUrl).pathname).toMatch(/^\/media\/signed\//)
    expect(await waitUntil(async () => (await mediaFor(author))?.status === 'READY', 60_000)).toBe(true)
    const urls = await urlsOf((await mediaFor(author)) as Media)
    expect(new Set(await statusesOf(urls))).toEqual(new Set([206]))
    for (const status of await statusesOf(elsewhere(urls))) expect([403, 404]).toContain(status)
    expect(await mediaFor(friend)).toBeNull()
  })
})
