import type { DynamicRange } from './dynamic-range.ts'

/** What ffprobe found out about the picture of a file. */
export interface Picture {
  /** ffmpeg's name, such as `h264`. */
  readonly codec: string
  /** In pixels, as it is shown: turned upright, with square pixels. */
  readonly width: number
  readonly height: number
  /** The length of the video: the longest that the header claims or the frames show. */
  readonly durationMs: number
  /** Whether frames are missing that the header promises. */
  readonly isCutOff: boolean
  /** Frames per second at which it can be shown evenly, at most 30, as a fraction. */
  readonly steadyRate: string
  readonly dynamicRange: DynamicRange
}

/** What `probe` asks ffprobe for. Asking for packets makes it read the whole file, so that a header cannot lie. */
export const probeEntries = [
  'format=duration',
  'stream=codec_name,width,height,sample_aspect_ratio,duration,avg_frame_rate,r_frame_rate,color_transfer',
  'stream_tags=rotate',
  'stream_side_data=rotation',
  'packet=pts_time,duration_time',
].join(':')

/** ffprobe's JSON, as far as it was asked for; what it does not know it leaves out. */
interface Report {
  readonly format?: { readonly duration?: string }
  readonly streams?: readonly Stream[]
  readonly packets?: readonly { readonly pts_time?: string; readonly duration_time?: string }[]
}

interface Stream {
  readonly codec_name?: string
  readonly width?: number
  readonly height?: number
  readonly sample_aspect_ratio?: string
  readonly duration?: string
  readonly avg_frame_rate?: string
  readonly r_frame_rate?: string
  readonly color_transfer?: string
  readonly tags?: { readonly rotate?: string }
  readonly side_data_list?: readonly { readonly rotation?: number }[]
}

/** By ffmpeg's names of their curves. */
const dynamicRanges: Readonly<Record<string, DynamicRange>> = { smpte2084: 'pq', 'arib-std-b67': 'hlg' }

/** Reads ffprobe's report about the first picture stream; null when there is none. */
export function readProbeReport(json: string): Picture | null {
  const report = JSON.parse(json) as Report
  const [stream] = report.streams ?? []
  if (!stream?.width || !stream.height) return null
  const measuredMs = measure(report.packets ?? [])
  const promisedMs = milliseconds(stream.duration)
  return {
    codec: stream.codec_name ?? 'unknown',
    ...shownSize(stream.width, stream.height, stream),
    durationMs: Math.max(measuredMs, milliseconds(report.format?.duration), promisedMs),
    // The margin is for muxers that round. Matroska promises nothing per stream, so there is nothing to miss.
    isCutOff: measuredMs < promisedMs * 0.9 - 100,
    steadyRate: steadyRate(stream.avg_frame_rate, stream.r_frame_rate),
    dynamicRange: dynamicRanges[stream.color_transfer ?? ''] ?? 'standard',
  }
}

/** ffmpeg tells the average rate, and the lowest at which every frame has its turn: even rates have these in common. */
function steadyRate(average = '0/0', finest = '0/0'): string {
  const [frames = 0, seconds = 0] = finest.split('/').map(Number)
  const rate = frames / seconds
  const [averageFrames = 0, averageSeconds = 0] = average.split('/').map(Number)
  const isEven = Math.abs(rate - averageFrames / averageSeconds) <= rate * 0.02
  if (!isEven || !(rate >= 10)) return '30/1'
  // Every second or third frame of a fast video, so that none is shown for longer than another.
  return `${frames}/${seconds * Math.ceil(rate / 30 - 0.01)}`
}

function measure(packets: NonNullable<Report['packets']>): number {
  let first = Infinity
  let last = -Infinity
  for (const packet of packets) {
    if (packet.pts_time === undefined) continue
    const start = milliseconds(packet.pts_time)
    first = Math.min(first, start)
    last = Math.max(last, start + milliseconds(packet.duration_time))
  }
  return Math.max(0, last - first)
}

function shownSize(width: number, height: number, stream: Stream): { width: number; height: number } {
  const [across = 1, down = 1] = stream.sample_aspect_ratio?.split(':').map(Number) ?? []
  const shownWidth = across > 0 && down > 0 ? Math.max(1, Math.round((width * across) / down)) : width
  // ffmpeg before version 5 tells the turn as a tag, later ones as a display matrix.
  const turn =
    stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? Number(stream.tags?.rotate)
  const liesOnItsSide = Math.abs(Math.round(turn / 90)) % 2 === 1
  return liesOnItsSide ? { width: height, height: shownWidth } : { width: shownWidth, height }
}

function milliseconds(seconds: string | undefined): number {
  const value = Math.round(Number(seconds) * 1_000)
  return Number.isFinite(value) ? value : 0
}
