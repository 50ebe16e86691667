import type { Rung } from './ladder.ts'
import type { Picture } from './probe-report.ts'

/** A rung in the object store. */
export interface StoredRung {
  readonly rung: Rung
  /** The URI of its media playlist, for the master playlist. */
  readonly uri: string
  /** Its media playlist, as ffmpeg wrote it. */
  readonly playlist: string
  /** The first bytes of its file, with the header of the tracks. */
  readonly head: Buffer
}

/** Bits per second of a rung. */
export interface BitRates {
  /** Over its largest interval of about one segment. */
  readonly peak: number
  readonly average: number
}

/** The master playlist (RFC 8216 §4.3.4) of a ladder, lowest rung first: players begin with the first one. */
export function masterPlaylist(rungs: readonly StoredRung[], { steadyRate }: Picture): string {
  const [frames = 0, seconds = 1] = steadyRate.split('/').map(Number)
  const variants = rungs.map(({ rung, uri, playlist, head }) => {
    const { peak, average } = bitRates(playlist)
    const attributes = [
      `BANDWIDTH=${peak}`,
      `AVERAGE-BANDWIDTH=${average}`,
      `RESOLUTION=${rung.width}x${rung.height}`,
      `FRAME-RATE=${(frames / seconds).toFixed(3)}`,
      `CODECS="${codecs(head)}"`,
    ]
    return `#EXT-X-STREAM-INF:${attributes.join()}\n${uri}`
  })
  return ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', ...variants, ''].join('\n')
}

/** The bit rates of the segments in a media playlist with byte ranges. */
export function bitRates(playlist: string): BitRates {
  const segments = [...playlist.matchAll(/#EXTINF:([\d.]+),\s+#EXT-X-BYTERANGE:(\d+)/g)].map(([, length, bytes]) => ({
    seconds: Number(length),
    bits: Number(bytes) * 8,
  }))
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0)
  const bits = segments.reduce((sum, segment) => sum + segment.bits, 0)
  const target = Number(/#EXT-X-TARGETDURATION:(\d+)/.exec(playlist)?.[1] ?? 0)
  const average = Math.ceil(seconds > 0 ? Math.max(1, bits / seconds) : 1)
  return { peak: Math.max(average, peakOf(segments, target)), average }
}

/**
 * The largest rate of consecutive segments that together last between half and one and a half times the target duration (RFC
 * 8216 §4.1); a short segment at the end does not reflect what a network has to carry.
 */
function peakOf(segments: readonly { readonly seconds: number; readonly bits: number }[], target: number): number {
  let peak = 1
  for (let first = 0; first < segments.length; first++) {
    let [seconds, bits] = [0, 0]
    for (const segment of segments.slice(first)) {
      seconds += segment.seconds
      bits += segment.bits
      if (seconds > target * 1.5) break
      if (seconds >= target * 0.5 && seconds > 0) peak = Math.max(peak, bits / seconds)
    }
  }
  return Math.ceil(peak)
}

/** The codecs of a file (RFC 6381): profile and level are in the box `avcC` (ISO/IEC 14496-15 §5.3.3). */
function codecs(head: Buffer): string {
  const box = head.indexOf('avcC')
  const picture = box < 0 ? 'avc1' : `avc1.${head.toString('hex', box + 5, box + 8)}`
  return head.includes('mp4a') ? `${picture},mp4a.40.2` : picture
}
