import { colourOf, type Colour, type ColourReport } from './colour.ts'
import type { DynamicRange } from './dynamic-range.ts'
import { liesOnItsSide, nearestQuarter, upright, type Turn } from './orientation.ts'

/** What ffprobe reports about the picture and sound of a file. */
export interface Picture {
  /** ffmpeg's name, such as `h264`. */
  readonly codec: string
  /** In pixels, as shown: upright, with square pixels. */
  readonly width: number
  readonly height: number
  /** When the first frame or sound begins, in seconds by the timestamps of the file. */
  readonly startSeconds: number
  /** From there to the end of the last frame or sound. */
  readonly durationMs: number
  /** Whether frames are missing that the header announces. */
  readonly isCutOff: boolean
  /** A constant frame rate at which it can be shown evenly, at most 30, as a fraction. */
  readonly steadyRate: string
  readonly dynamicRange: DynamicRange
  readonly colour: Colour
  readonly turn: Turn
  /** Which field of an interlaced picture comes first; null when it is not interlaced. */
  readonly fields: 'tff' | 'bff' | null
  readonly hasAlpha: boolean
  readonly hasSound: boolean
}

/** What the header of the file says in addition. */
export interface Announced {
  readonly turn: Turn
  /** Where the edit lists of picture and sound end. */
  readonly pictureEndMs: number | null
  readonly soundEndMs: number | null
  /** Whether the header gives the duration of each stream. */
  readonly hasPromises: boolean
  /** Whether the duration in the header is that of picture and sound. */
  readonly lengthCounts: boolean
}

/** The data that `probe` requests from ffprobe. Requesting packets makes it read the whole file, so the header cannot lie. */
export const probeEntries = [
  'format=duration,start_time',
  'stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,duration,avg_frame_rate,r_frame_rate,' +
    'pix_fmt,color_range,color_space,color_transfer,color_primaries,field_order',
  'stream_tags=rotate,ROTATE,alpha_mode',
  'packet=stream_index,pts_time,dts_time,duration_time,flags',
].join(':')

/** ffprobe's JSON, as far as it was requested; unknown values are left out. */
interface Report {
  readonly format?: { readonly duration?: string; readonly start_time?: string }
  readonly streams?: readonly Stream[]
  readonly packets?: readonly Packet[]
}

interface Stream extends ColourReport {
  readonly index?: number
  readonly codec_type?: string
  readonly codec_name?: string
  readonly width?: number
  readonly height?: number
  readonly sample_aspect_ratio?: string
  readonly duration?: string
  readonly avg_frame_rate?: string
  readonly r_frame_rate?: string
  readonly field_order?: string
  readonly tags?: { readonly rotate?: string; readonly ROTATE?: string; readonly alpha_mode?: string }
}

interface Packet {
  readonly stream_index?: number
  readonly pts_time?: string
  readonly dts_time?: string
  readonly duration_time?: string
  readonly flags?: string
}

/** By ffmpeg's names of their transfer functions. */
const dynamicRanges: Readonly<Record<string, DynamicRange>> = { smpte2084: 'pq', 'arib-std-b67': 'hlg' }
const alphaFormats = /^(yuva|rgba|bgra|argb|abgr|gbrap|ya\d|pal8)/
const fieldOrders: Readonly<Record<string, 'tff' | 'bff'>> = { tt: 'tff', bt: 'tff', bb: 'bff', tb: 'bff' }

const nothingAnnounced: Announced = {
  ...{ turn: upright, pictureEndMs: null, soundEndMs: null, hasPromises: true, lengthCounts: true },
}

/** Parses ffprobe's report about the first picture and the first sound; null when there is no picture. */
export function readProbeReport(json: string, announced: Announced = nothingAnnounced): Picture | null {
  const report = JSON.parse(json) as Report
  const streams = report.streams ?? []
  const stream = streams.find(({ codec_type: type, width, height }) => type === 'video' && width && height)
  if (!stream?.width || !stream.height) return null
  const sound = streams.find(({ codec_type: type }) => type === 'audio')
  const packets = report.packets ?? []
  const picturePackets = packets.filter((packet) => packet.stream_index === stream.index)
  const shown = measure(picturePackets, announced.pictureEndMs)
  const heard =
    sound &&
    measure(
      packets.filter((packet) => packet.stream_index === sound.index),
      announced.soundEndMs,
    )
  const startMs = Math.min(shown.firstMs, heard?.firstMs ?? Infinity)
  const endMs = Math.max(shown.endMs, heard?.endMs ?? -Infinity)
  const claimedMs = announced.lengthCounts ? milliseconds(report.format?.duration) : 0
  const promisedMs = milliseconds(stream.duration)
  const turn = turnOf(stream, announced.turn)
  return {
    codec: stream.codec_name ?? 'unknown',
    ...shownSize(stream.width, stream.height, stream.sample_aspect_ratio, turn),
    startSeconds: Number.isFinite(startMs) ? startMs / 1_000 : 0,
    durationMs: Number.isFinite(startMs)
      ? Math.max(endMs - startMs, claimedMs - startMs)
      : Math.max(claimedMs, promisedMs),
    isCutOff:
      !Number.isFinite(shown.firstMs) ||
      // Allows for muxers that round.
      (announced.hasPromises && shown.endMs - shown.firstMs < promisedMs * 0.9 - 100),
    steadyRate: steadyRate(stream.avg_frame_rate, stream.r_frame_rate),
    dynamicRange: dynamicRanges[stream.color_transfer ?? ''] ?? 'standard',
    colour: colourOf(stream, stream.width, stream.height),
    turn,
    fields: fieldOrders[stream.field_order ?? ''] ?? null,
    hasAlpha: alphaFormats.test(stream.pix_fmt ?? '') || stream.tags?.alpha_mode === '1',
    hasSound: heard !== undefined && Number.isFinite(heard.firstMs),
  }
}

/** Older programs write it as a tag into Matroska, clockwise. */
function turnOf({ tags }: Stream, announced: Turn): Turn {
  if (announced.isMirrored || announced.degrees !== 0) return announced
  return { isMirrored: false, degrees: nearestQuarter(Number(tags?.rotate ?? tags?.ROTATE)) }
}

/** ffmpeg reports the average rate, and the lowest at which every frame has its own slot; for constant rates these agree. */
function steadyRate(average = '0/0', finest = '0/0'): string {
  const [frames = 0, seconds = 0] = finest.split('/').map(Number)
  const rate = frames / seconds
  const [averageFrames = 0, averageSeconds = 0] = average.split('/').map(Number)
  const isEven = Math.abs(rate - averageFrames / averageSeconds) <= rate * 0.02
  if (!isEven || !(rate >= 10)) return '30/1'
  // Every second or third frame of a fast video, so that all frames are shown equally long.
  return `${frames}/${seconds * Math.ceil(rate / 30 - 0.01)}`
}

/** When the first shown packet begins and the last one ends; packets that an edit list leaves out are marked with D. */
function measure(packets: readonly Packet[], editedEndMs: number | null): { firstMs: number; endMs: number } {
  let firstMs = Infinity
  let endMs = -Infinity
  for (const { pts_time: pts, dts_time: dts, duration_time: duration, flags = '' } of packets) {
    const time = pts ?? dts
    if (time === undefined || flags[1] === 'D') continue
    const start = milliseconds(time)
    firstMs = Math.min(firstMs, start)
    endMs = Math.max(endMs, start + milliseconds(duration))
  }
  return { firstMs, endMs: editedEndMs === null ? endMs : Math.min(endMs, Math.max(editedEndMs, firstMs)) }
}

/** Pixels that are not square are scaled in width, as they would be in the upright picture. */
function shownSize(width: number, height: number, aspect: string | undefined, turn: Turn) {
  const [across = 1, down = 1] = aspect?.split(':').map(Number) ?? []
  const ratio = across > 0 && down > 0 ? across / down : 1
  if (liesOnItsSide(turn)) return { width: Math.max(1, Math.round(height / ratio)), height: width }
  return { width: Math.max(1, Math.round(width * ratio)), height }
}

function milliseconds(seconds: string | undefined): number {
  const value = Math.round(Number(seconds) * 1_000)
  return Number.isFinite(value) ? value : 0
}
