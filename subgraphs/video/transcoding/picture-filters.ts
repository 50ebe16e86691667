import type { DynamicRange } from './dynamic-range.ts'
import type { Rung } from './ladder.ts'
import type { Picture } from './probe-report.ts'

/** Files beside the video: a text, and the font that it is drawn in. */
export interface Watermark {
  readonly textFile: string
  readonly fontFile: string
}

/** What a cover is made of. */
interface CoverSource {
  readonly dynamicRange: DynamicRange
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

/** The table beside the video with which it is brought to the standard range, if it is of another one. */
export const rangeTableFile = 'range.cube'

/**
 * Filters with the outputs `cover` and `miniature`. In between they are plain RGB: a JPEG has other coefficients for its
 * colours than most videos, and ffmpeg would not change them by itself.
 */
export function coverFilters({ dynamicRange, choice, width, height, miniature }: CoverSource): string[] {
  const bright = `metadata=mode=select:key=lavfi.signalstats.YAVG:value=${darkness}:function=greater`
  const looked = choice === 'good' ? [sparse] : []
  const chosen = choice === 'good' ? ['format=yuv420p', 'signalstats', bright, `thumbnail=${candidates}`] : []
  const isStandard = dynamicRange === 'standard'
  const plain = [...(isStandard ? [] : ['scale=in_color_matrix=bt709']), 'format=rgb24']
  const whole = [`scale=${width}:${height}`, ...(isStandard ? [] : toStandardRange), 'setsar=1', ...chosen, ...plain]
  return [
    `[0:V:0]${[...looked, ...whole].join()},split[picture][copy]`,
    '[picture]scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p[cover]',
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
    ...(picture.dynamicRange === 'standard' ? [] : toStandardRange),
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

/** From the primaries and the curve of a high dynamic range to 8 bits of the standard one. */
const toStandardRange = [
  'scale=in_color_matrix=bt2020',
  'format=rgb48le',
  `lut3d=file=${rangeTableFile}:interp=tetrahedral`,
  'scale=out_color_matrix=bt709:out_range=tv',
  'format=yuv420p',
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
