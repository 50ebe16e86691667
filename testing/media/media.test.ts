import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, refusal, signedIn } from '../callers.ts'
import { startTestWorker } from '../media-worker.ts'
import { becomes } from '../renditions.ts'
import { publishes, publishVideo, startVideoSubgraph, uploads, type VideoSubgraph } from '../video-subgraph.ts'
import type { Worker } from '../../subgraphs/video/worker.ts'
import { findBuilds } from './builds.ts'
import { newPath } from './filming.ts'
import { hlsLengths, measure, perceive } from './judge.ts'
import type { Kind } from './kinds/kind.ts'
import { kinds } from './kinds.ts'
import { refusedKinds } from './refused-kinds.ts'

const alice = signedIn('101')
const builds = await findBuilds()
const table: string[] = []
/** A frame at the slowest rate here, plus rounding of sound frames. */
const toleranceSeconds = 0.2

/** Every file is created once, for all builds. */
const files = new Map<string, Promise<string>>()
function fileOf({ name, make }: Pick<Kind, 'name' | 'make'>): Promise<string> {
  const file = files.get(name) ?? make()
  files.set(name, file)
  return file
}

async function fetched(url: string, suffix: string): Promise<string> {
  const path = await newPath(suffix)
  await writeFile(path, Buffer.from(await (await fetch(url)).arrayBuffer()))
  return path
}

/** The kinds to test with a build: kinds that all builds treat alike alternate between builds. */
function kindsOf(buildIndex: number): readonly Kind[] {
  if (builds.some(([, build]) => build === null)) return kinds
  let turn = 0
  return kinds.filter(({ isAlike = false }) => !isAlike || turn++ % builds.length === buildIndex)
}

describe.each(builds.map(([name, build], index) => [name, build, index] as const))(
  'with %s',
  (buildName, build, index) => {
    const withBuild = it.skipIf(build === null)
    let video: VideoSubgraph
    let worker: Worker
    beforeAll(async () => {
      if (!build) return
      const limits = { maxBytes: 4 * 1024 * 1024, maxSeconds: 60, maxSide: 1_280, maxUploadsPerDay: 1_000 }
      video = await startVideoSubgraph({ ...build, limits })
      worker = await startTestWorker(video.databaseUrl, { ...build, concurrency: 2 })
    })
    afterAll(async () => {
      if (!build) return
      await worker[Symbol.asyncDispose]()
      await video[Symbol.asyncDispose]()
    })

    withBuild.each(kindsOf(index).map((kind) => [kind.name, kind] as const))(
      'publishes %s',
      { timeout: 180_000 },
      async (_, kind) => {
        const { colours = 'RGBY', width = 64, height = 96, seconds = 0.5, pitch = 440, notice, colour } = kind
        const published = await publishes(video.subgraph, alice, await fileOf(kind))
        expect(published).toMatchObject({ width, height })
        const ready = await becomes('READY', video.subgraph, alice, published.id)
        const [mp4, cover] = await Promise.all([fetched(ready.playUrl, 'mp4'), fetched(ready.coverUrl, 'jpg')])
        const [measured, lengths] = await Promise.all([measure(mp4), hlsLengths(ready.hlsUrl ?? '')])
        expect([measured.width, measured.height]).toEqual([width, height])
        expect(measured.soundSeconds === null).toBe(pitch === null)
        const perceived = await perceive(cover, mp4, pitch !== null)
        expect(perceived.colours).toEqual([colours, colours])
        if (pitch !== null) expect(Math.abs((perceived.pitch ?? 0) - pitch)).toBeLessThan(pitch / 20)

        const all = {
          graph: published.duration,
          mp4: measured.seconds,
          hls: Math.min(...lengths),
          longest: Math.max(...lengths),
        }
        const heard = pitch === null ? {} : { sound: measured.soundSeconds ?? 0 }
        for (const [where, length] of Object.entries({ ...all, ...heard })) {
          expect(Math.abs(length - seconds), `${where}: ${length} s for ${seconds} s`).toBeLessThanOrEqual(
            toleranceSeconds,
          )
        }
        expect(measured.begins).toBeLessThan(0.05)
        if (colour !== undefined) expect(measured.colour).toBe(colour)
        const { video: told } = await ask<{ video: { notice: string | null } }>(
          ...([video.subgraph, alice, 'query ($id: ID!) { video(id: $id) { notice } }', { id: published.id }] as const),
        )
        expect(told.notice ?? '').toMatch(notice ?? /^$/)
        table.push(
          [buildName, kind.name, `${measured.width}×${measured.height}`, `${measured.seconds.toFixed(2)} s`]
            .concat(pitch === null ? 'silent' : `${pitch} Hz`, told.notice ?? '')
            .join(' | '),
        )
      },
    )

    withBuild.each(refusedKinds.map((file) => [file.name, file] as const))(
      'refuses %s, and says why',
      async (_, file) => {
        const uploadId = await uploads(video.subgraph, alice, await fileOf(file))
        const { message } = await refusal(video.subgraph, alice, publishVideo, { uploadId })
        expect(message).toMatch(file.reason)
        table.push([buildName, file.name, message].join(' | '))
      },
    )

    withBuild('shows what became of each', () => {
      process.stdout.write(`${table.splice(0).join('\n')}\n`)
    })
  },
)
