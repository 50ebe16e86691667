import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { signedIn } from '../../../testing/callers.ts'
import { makeClip, type ClipOptions } from '../../../testing/clips.ts'
import { startTestWorker } from '../../../testing/media-worker.ts'
import {
  becomes,
  firstPicture,
  streamsOf,
  type ProbedStream,
  type ProcessedVideo,
} from '../../../testing/renditions.ts'
import { publishes, startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'
import type { Worker } from '../worker.ts'

const alice = signedIn('101')

let folder: string
let video: VideoSubgraph
let worker: Worker
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'renditions-test-'))
  video = await startVideoSubgraph()
  worker = await startTestWorker(video.databaseUrl, { concurrency: 2 })
})
afterAll(async () => {
  await worker[Symbol.asyncDispose]()
  await video[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

interface Result extends ProcessedVideo {
  /** The file that clients play. */
  readonly bytes: Buffer
  readonly picture: ProbedStream
  readonly sound: ProbedStream | undefined
}

let files = 0

async function fetchFile(url: string): Promise<{ path: string; bytes: Buffer }> {
  const path = join(folder, String(files++))
  const bytes = Buffer.from(await (await fetch(url)).arrayBuffer())
  await writeFile(path, bytes)
  return { path, bytes }
}

/** Publishes a clip and waits until it is ready. */
async function processes(clip: ClipOptions): Promise<Result> {
  const { id } = await publishes(video.subgraph, alice, await makeClip(clip))
  const ready = await becomes('READY', video.subgraph, alice, id)
  const { path, bytes } = await fetchFile(ready.playUrl)
  const streams = await streamsOf(path)
  const picture = streams.find((stream) => stream.codec_type === 'video')
  if (!picture) throw new Error('there is no picture')
  return { ...ready, bytes, picture, sound: streams.find((stream) => stream.codec_type === 'audio') }
}

function framesPerSecond(rate: string): number {
  const [frames = 0, seconds = 1] = rate.split('/').map(Number)
  return frames / seconds
}

it('makes an mp4 that every phone plays, and plays while it arrives', async () => {
  const { picture, sound, bytes, playUrl, renditions, progress } = await processes({ container: 'webm', seconds: 2 })
  expect(picture).toMatchObject({ codec_name: 'h264', profile: 'High', pix_fmt: 'yuv420p', width: 180, height: 320 })
  expect(sound?.codec_name).toBe('aac')
  expect(Number(picture.duration)).toBeCloseTo(2, 1)
  expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'))
  expect(renditions.map(({ name, width, height }) => [name, width, height])).toEqual([
    ['hls', 180, 320],
    ['mp4-180', 180, 320],
  ])
  expect(renditions[1]?.url).toBe(playUrl)
  expect(progress).toBe(100)
})

it('offers a ladder in segments of four seconds, which never goes above the source', async () => {
  const { hlsUrl, renditions } = await processes({ width: 360, height: 640, seconds: 9 })
  const answer = await fetch(hlsUrl ?? '')
  expect(answer.headers.get('content-type')).toBe('application/vnd.apple.mpegurl')
  expect(answer.headers.get('cache-control')).toContain('immutable')
  const master = await answer.text()
  expect([...master.matchAll(/RESOLUTION=(\S+?),/g)].map(([, size]) => size)).toEqual(['240x426', '360x640'])
  expect(master).toMatch(/CODECS="avc1\.6400[0-9a-f]{2},mp4a\.40\.2"/)
  expect(renditions.find(({ name }) => name === 'hls')).toMatchObject({ width: 360, height: 640 })

  for (const name of master.match(/^hls-.*$/gm) ?? []) {
    const playlistUrl = new URL(name, hlsUrl ?? '')
    const playlist = await (await fetch(playlistUrl)).text()
    const lengths = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].map(([, seconds]) => Number(seconds))
    expect(lengths).toEqual([4, 4, expect.closeTo(1, 1) as number])
    const [file = ''] = playlist.match(/^hls-.*mp4$/m) ?? []
    const { bytes } = await fetchFile(new URL(file, playlistUrl).href)
    const ranges = [...playlist.matchAll(/(?:BYTERANGE[:=]"?)(\d+)@(\d+)/g)].map(([, size, at]) => [
      Number(size),
      Number(at),
    ])
    const [header, ...segments] = ranges as [number, number][]
    expect(bytes.toString('latin1', 4, 8)).toBe('ftyp')
    expect(header?.[1]).toBe(0)
    for (const [, at] of segments) expect(['styp', 'moof', 'sidx']).toContain(bytes.toString('latin1', at + 4, at + 8))
    expect(segments.at(-1)?.reduce((size, at) => size + at)).toBe(bytes.length)
  }
})

it('turns what was filmed on its side upright, for good', async () => {
  const { picture } = await processes({ width: 320, height: 180, rotate: 90 })
  expect(picture).toMatchObject({ width: 180, height: 320 })
  expect([picture.tags?.rotate, picture.side_data_list]).toEqual([undefined, undefined])
})

it('has no sound where there was none', async () => {
  const { sound, hlsUrl } = await processes({ audio: false })
  expect(sound).toBeUndefined()
  expect(await (await fetch(hlsUrl ?? '')).text()).not.toContain('mp4a')
})

it('shows pictures of an uneven rate evenly, at most thirty a second', async () => {
  // Every third frame of the second half is missing.
  const uneven = ['-vf', "select='lt(n,25)+not(eq(mod(n,3),0))'", '-vsync', 'vfr']
  const { picture } = await processes({ seconds: 2, output: uneven })
  expect(framesPerSecond(picture.r_frame_rate)).toBeCloseTo(framesPerSecond(picture.avg_frame_rate), 0)
  expect(framesPerSecond(picture.avg_frame_rate)).toBeLessThanOrEqual(30)
  expect(Number(picture.duration)).toBeCloseTo(2, 0)
})

it('halves sixty pictures a second', async () => {
  const { picture } = await processes({ output: ['-r', '60'] })
  expect(picture.r_frame_rate).toBe('30/1')
})

it('takes a clip of a fifth of a second', async () => {
  const { picture, hlsUrl } = await processes({ seconds: 0.2 })
  expect(Number(picture.duration)).toBeCloseTo(0.2, 1)
  expect(hlsUrl).not.toBeNull()
})

it('takes sizes that H.264 cannot have', async () => {
  const odd = ['-c:v', 'mpeg4', '-pix_fmt', 'yuv420p']
  const { picture } = await processes({ width: 181, height: 321, output: odd })
  expect(picture).toMatchObject({ width: 180, height: 320 })
})

it('shows pixels that are not square as they were meant', async () => {
  const { picture } = await processes({ width: 160, height: 180, output: ['-vf', 'setsar=2/1'] })
  expect(picture).toMatchObject({ width: 320, height: 180 })
})

// White paper at 58 and 75 % of the signal, and a grey card at 38 % (BT.2408), in 10 bits.
it.each([
  ['PQ', 'smpte2084', 573],
  ['HLG', 'arib-std-b67', 721],
])('brings the high dynamic range of %s down to what every screen shows', async (_, curve, white) => {
  const halves = `format=yuv420p10le,geq=lum='if(lt(X,W/2),${white},397)':cb=512:cr=512`
  const colours = `colorprim=bt2020:transfer=${curve}:colormatrix=bt2020nc`
  const { picture, playUrl, coverUrl } = await processes({
    output: ['-vf', halves, '-c:v', 'libx265', '-pix_fmt', 'yuv420p10le', '-x265-params', `log-level=none:${colours}`],
  })
  expect(picture).toMatchObject({ codec_name: 'h264', profile: 'High', pix_fmt: 'yuv420p', width: 180, height: 320 })
  expect([picture.color_transfer, picture.color_primaries, picture.color_space]).toEqual(['bt709', 'bt709', 'bt709'])
  for (const url of [playUrl, coverUrl]) {
    const pixels = await firstPicture((await fetchFile(url)).path)
    const [paper = 0, card = 0] = [45, 135].map((x) => pixels[160 * 180 + x])
    expect(paper).toBeGreaterThan(170)
    expect(paper).toBeLessThan(230)
    expect(card).toBeGreaterThan(80)
    expect(card).toBeLessThan(150)
  }
})

it('keeps the original under its address', async () => {
  const clip = await makeClip({ seconds: 0.5 })
  const { id, playUrl } = await publishes(video.subgraph, alice, clip)
  expect((await becomes('READY', video.subgraph, alice, id)).playUrl).not.toBe(playUrl)
  expect(Buffer.from(await (await fetch(playUrl)).arrayBuffer())).toEqual(await readFile(clip))
})
