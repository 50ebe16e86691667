import type { Rung } from './ladder.ts'
import type { Picture } from './probe-report.ts'

/** Files beside the video: a text, and the font that it is drawn in. */
export interface Watermark {
  readonly textFile: string
  readonly fontFile: string
}

/** What a cover is made of. */
interface CoverSizes {
  readonly choice: 'exactly' | 'good'
  readonly width: number
  readonly height: number
  readonly miniature: { readonly width: number; readonly height: number }
}

/** The mean luma below which a picture is too dark to stand for a video; black is 16. */
const darkness = 32
/** Of so many pictures the one is taken that resembles most of the others. */
const candidates = 24
/** One in a tenth of a second is looked at, however many there are. */
const sparse = String.raw`select='isnan(prev_selected_t)+gte(t-prev_selected_t\,0.1)'`

/** Filters with the outputs `cover` and `miniature`. */
export function coverFilters({ choice, width, height, miniature }: CoverSizes): string[] {
  const bright = `metadata=mode=select:key=lavfi.signalstats.YAVG:value=${darkness}:function=greater`
  const looked = choice === 'good' ? [sparse] : []
  const chosen = choice === 'good' ? ['format=yuv420p', 'signalstats', bright, `thumbnail=${candidates}`] : []
  return [
    `[0:V:0]${[...looked, `scale=${width}:${height}`, 'setsar=1', ...chosen].join()},split[cover][copy]`,
    `[copy]scale=${miniature.width}:${miniature.height},format=rgba[miniature]`,
  ]
}

/**
 * Filters with an output `rung240` and so on for each rung: upright, at a steady rate, in standard dynamic range. What is
 * costly is done once, on the largest rung, of which the others are smaller copies.
 */
export function rungFilters(rungs: readonly Rung[], picture: Picture, watermark: Watermark | null): string[] {
  const top = rungs.at(-1)
  if (!top) return []
  const whole = [
    `fps=${picture.steadyRate}`,
    `scale=${top.width}:${top.height}`,
    ...(picture.isHdr ? toStandardRange : []),
    'setsar=1',
    'format=yuv420p',
    ...(watermark ? [drawn(watermark, top)] : []),
  ]
  const copies = rungs.map(({ side }) => `[copy${side}]`)
  return [
    `[0:V:0]${whole.join()},split=${rungs.length}${copies.join('')}`,
    ...rungs.map(({ side, width, height }) => `[copy${side}]scale=${width}:${height},setsar=1[rung${side}]`),
  ]
}

/** Hable's curve, as in ffmpeg's documentation of `tonemap`. */
const toStandardRange = [
  'zscale=t=linear:npl=100',
  'format=gbrpf32le',
  'zscale=p=bt709',
  'tonemap=hable:desat=0',
  'zscale=t=bt709:m=bt709:r=tv',
]

/** In the lower right corner, as the original product has it. */
function drawn({ textFile, fontFile }: Watermark, { side }: Rung): string {
  const size = Math.max(10, Math.round(side / 28))
  return [
    `drawtext=textfile=${textFile}`,
    ...[`fontfile=${fontFile}`, 'expansion=none', `fontsize=${size}`, 'fontcolor=white@0.7'],
    ...['shadowcolor=black@0.5', 'shadowx=1', 'shadowy=1', `x=max(0\\,w-tw-${size})`, `y=h-th-${size}`],
  ].join(':')
}
