import { expect, it } from 'vitest'
import { waitUntil } from '../embedded/processes/wait-until.ts'
import { makeClip } from './clips.ts'
import { bootNetwork } from './network.ts'
import { streamsOf } from './renditions.ts'

interface Published {
  readonly video_list: readonly { readonly play_url: string }[]
}

it('plays at once what the app published, and as an mp4 that every phone plays a little later', async () => {
  await using network = await bootNetwork({ settings: { TRANSCODE_CONCURRENCY: '1' } })
  const alice = await network.person('alice')
  const id = await alice.publishes('sunset', await makeClip({ container: 'mkv', width: 320, height: 180 }))
  const playUrl = async (): Promise<string> =>
    (await alice.calls<Published>('GET', '/douyin/publish/list/')).video_list[0]?.play_url ?? ''
  const original = await playUrl()
  expect((await fetch(original, { method: 'HEAD' })).status).toBe(200)

  const document = 'query ($id: ID!) { video(id: $id) { status playUrl hlsUrl thumbhash } }'
  type Answer = { video: { status: string; playUrl: string; hlsUrl: string | null; thumbhash: string | null } }
  const isReady = async () => (await alice.asks<Answer>(document, { id })).video.status === 'READY'
  expect(await waitUntil(isReady, 25_000)).toBe(true)

  const { video } = await alice.asks<Answer>(document, { id })
  expect(await playUrl()).not.toBe(original)
  expect(new URL(await playUrl()).pathname).toBe(new URL(video.playUrl).pathname)
  const [picture] = await streamsOf(await playUrl())
  expect(picture).toMatchObject({ codec_name: 'h264', width: 320, height: 180 })
  const master = await fetch(video.hlsUrl ?? '')
  expect(master.status).toBe(200)
  const [variant = ''] = /^hls-.*$/m.exec(await master.text()) ?? []
  expect((await fetch(new URL(variant, video.hlsUrl ?? ''))).status).toBe(200)
})
