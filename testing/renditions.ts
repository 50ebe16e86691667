import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import { waitUntil } from '../embedded/processes/wait-until.ts'
import type { Caller } from '../platform/auth/caller.ts'
import type { Subgraph } from '../platform/graphql/subgraph.ts'
import { ask } from './callers.ts'

const execute = promisify(execFile)

/** The processing result of a video. */
export interface ProcessedVideo {
  readonly status: 'UPLOADED' | 'PROCESSING' | 'READY' | 'FAILED'
  readonly progress: number | null
  readonly failureReason: string | null
  readonly playUrl: string
  readonly coverUrl: string
  readonly hlsUrl: string | null
  readonly renditions: readonly {
    readonly name: string
    readonly url: string
    readonly width: number
    readonly height: number
    readonly bitRate: number
  }[]
}

const document = `query ($id: ID!) {
  video(id: $id) {
    status progress failureReason playUrl coverUrl hlsUrl renditions { name url width height bitRate }
  }
}`

/** A video as seen by a caller. */
export async function seesProcessed(subgraph: Subgraph, caller: Caller, id: string): Promise<ProcessedVideo> {
  return (await ask<{ video: ProcessedVideo }>(subgraph, caller, document, { id })).video
}

/** Waits until a video has a status; returns what its author sees. */
export async function becomes(
  status: ProcessedVideo['status'],
  subgraph: Subgraph,
  author: Caller,
  id: string,
): Promise<ProcessedVideo> {
  let video = await seesProcessed(subgraph, author, id)
  const isSo = async (): Promise<boolean> => {
    video = await seesProcessed(subgraph, author, id)
    return video.status === status
  }
  if (!(await waitUntil(isSo, 25_000))) throw new Error(`it stayed ${JSON.stringify(video)}`)
  return video
}

/** A stream as reported by ffprobe, as far as tests need it. */
export interface ProbedStream {
  readonly codec_type: 'video' | 'audio'
  readonly codec_name: string
  readonly profile: string
  readonly pix_fmt: string
  readonly width: number
  readonly height: number
  readonly avg_frame_rate: string
  readonly r_frame_rate: string
  readonly color_transfer?: string
  readonly color_primaries?: string
  readonly color_space?: string
  readonly duration: string
  readonly tags?: { readonly rotate?: string }
  readonly side_data_list?: readonly unknown[]
}

/** The streams of a file. */
export async function streamsOf(path: string): Promise<ProbedStream[]> {
  const parameters = ['-v', 'error', '-show_streams', '-of', 'json', path]
  const { stdout } = await execute(inject('services').ffprobePath, parameters)
  return (JSON.parse(stdout) as { streams: ProbedStream[] }).streams
}

/** The first frame of a video, or a still picture: a byte of luma per pixel, 0 to 255. */
export async function firstPicture(path: string): Promise<Buffer> {
  const parameters = ['-v', 'error', '-i', path, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']
  const { stdout } = await execute(inject('services').ffmpegPath, parameters, { encoding: 'buffer' })
  return stdout
}
