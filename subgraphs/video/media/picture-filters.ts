import { encodedColour, scalerInput } from './colour.ts'
import type { Rung } from './ladder.ts'
import { liesOnItsSide, turnFilters } from './orientation.ts'
import type { Picture } from './probe-report.ts'

/** Files next to the video: a text and its font. */
export interface Watermark {
  readonly textFile: string
  readonly fontFile: string
}

/** The input of picture filters. */
export type PictureSource = Pick<Picture, 'dynamicRange' | 'colour' | 'turn' | 'fields' | 'hasAlpha' | 'startSeconds'>

interface Size {
  readonly width: number
  readonly height: number
}

/** The input of cover filters. */
interface CoverSource extends Size {
  readonly picture: PictureSource
  readonly choice: 'exactly' | 'good'
  readonly miniature: Size
}

/** A frame with at least this percentage of nearly black pixels is too dark for a cover. */
const darkness = 90
/** Of this many frames, the one that is most similar to the others is chosen. */
const candidates = 6
/** Considers at most one frame per tenth of a second. */
const sparse = String.raw`select='isnan(prev_selected_t)+gte(t-prev_selected_t\,0.1)'`

/** Stops decoding after the cover. The deinterlacing filter needs the next frame as well. */
const onlyFirst = 'trim=end_frame=1'

/** The look-up table next to the video that converts it to standard dynamic range, if necessary. */
export const rangeTableFile = 'range.cube'

/**
 * Filters with the outputs `cover` and `miniature`. In between, frames are plain RGB: a JPEG uses another colour matrix than
 * most videos, and ffmpeg would not convert by itself.
 */
export function coverFilters({ picture, choice, width, height, miniature }: CoverSource): string[] {
  const bright = `metadata=mode=select:key=lavfi.blackframe.pblack:value=${darkness}:function=less`
  const looked = choice === 'good' ? [sparse] : picture.fields === null ? [onlyFirst] : []
  const chosen = choice === 'good' ? ['format=yuv420p', 'blackframe=amount=0', bright, `thumbnail=${candidates}`] : []
  const { matrix } = encodedColour(picture.colour)
  const whole = [...looked, ...woven(picture), ...plain(picture, { width, height }), ...chosen]
  return [
    `[0:V:0]${[...whole, `scale=in_color_matrix=${matrix}:in_range=tv`, 'format=rgb24'].join()},split[picture][copy]`,
    '[picture]scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p[cover]',
    `[copy]scale=${miniature.width}:${miniature.height},format=rgba[miniature]`,
  ]
}

/**
 * Filters with an output `rung240` and so on for each rung: upright, at a constant rate, in standard dynamic range, from the
 * beginning to the end of the video even if its frames begin later or end earlier. Expensive steps are done once, on the
 * largest rung, from which the others are scaled down.
 */
export function rungFilters(rungs: readonly Rung[], picture: Picture, watermark: Watermark | null): string[] {
  const top = rungs.at(-1)
  if (!top) return []
  const whole = [
    shifted('setpts', picture),
    ...woven(picture),
    `fps=fps=${picture.steadyRate}:start_time=0`,
    ...['tpad=stop=-1:stop_mode=clone', `trim=end=${picture.durationMs / 1_000}`],
    ...plain(picture, top),
    ...(watermark ? [drawn(watermark, top)] : []),
  ]
  const { primaries, transfer, space } = encodedColour(picture.colour)
  const told = `setparams=range=tv:color_primaries=${primaries}:color_trc=${transfer}:colorspace=${space}`
  const copies = rungs.map(({ side }) => `[copy${side}]`)
  return [
    `[0:V:0]${whole.join()},split=${rungs.length}${copies.join('')}`,
    ...rungs.map(({ side, width, height }) => `[copy${side}]scale=${width}:${height},setsar=1,${told}[rung${side}]`),
  ]
}

/** Filters with an output `sound240` and so on: as long as the video, with silence in gaps. */
export function soundFilters(rungs: readonly Rung[], picture: Picture): string[] {
  if (!picture.hasSound) return []
  const whole = [
    shifted('asetpts', picture),
    ...['aresample=48000:async=1:first_pts=0', 'aformat=channel_layouts=stereo'],
    ...['apad', `atrim=end=${picture.durationMs / 1_000}`],
  ]
  return [`[0:a:0]${whole.join()},asplit=${rungs.length}${rungs.map(({ side }) => `[sound${side}]`).join('')}`]
}

/** Timestamps relative to the beginning of the video. */
function shifted(filter: 'setpts' | 'asetpts', { startSeconds }: PictureSource): string {
  return `${filter}=PTS-(${startSeconds.toFixed(6)})/TB`
}

/** Combines the two fields of an interlaced picture. */
function woven({ fields }: PictureSource): string[] {
  return fields === null ? [] : [`bwdif=mode=send_frame:parity=${fields}:deint=all`]
}

/** Upright frames of a given size, with square pixels and 8 bits of standard dynamic range. */
function plain({ colour, dynamicRange, turn, hasAlpha }: PictureSource, { width, height }: Size): string[] {
  const size = liesOnItsSide(turn) ? `${height}:${width}` : `${width}:${height}`
  const input = scalerInput(colour)
  const encoded = `out_color_matrix=${encodedColour(colour).matrix}:out_range=tv`
  const ready = ['format=yuv420p', ...turnFilters(turn), 'setsar=1']
  if (dynamicRange !== 'standard') {
    const range = colour.isFullRange ? 'pc' : 'tv'
    const toRgb = [`scale=${size}:in_color_matrix=bt2020:in_range=${range}`, 'format=rgb48le']
    return [...toRgb, rangeTable, 'scale=out_color_matrix=bt709:out_range=tv', ...ready]
  }
  if (hasAlpha) return [`scale=${size}${input}`, ...onWhite, `scale=${encoded}`, ...ready]
  return [`scale=${size}${input}:${encoded}`, ...ready]
}

/** Converts primaries and transfer function from high to standard dynamic range. */
const rangeTable = `lut3d=file=${rangeTableFile}:interp=tetrahedral`

/** Transparent parts become white, like a page behind a player. Premultiplying blends with black, hence the negatives. */
const negative = 'lutrgb=r=negval:g=negval:b=negval'
const onWhite = [
  'format=rgba',
  negative,
  'format=gbrap',
  'premultiply=inplace=1',
  'format=rgba',
  negative,
  'format=rgb24',
]

/** In the lower right corner, as in the original product. */
function drawn({ textFile, fontFile }: Watermark, { side }: Rung): string {
  const size = Math.max(10, Math.round(side / 28))
  return [
    `drawtext=textfile=${textFile}`,
    ...[`fontfile=${fontFile}`, 'expansion=none', `fontsize=${size}`, 'fontcolor=white@0.7'],
    ...['shadowcolor=black@0.5', 'shadowx=1', 'shadowy=1', `x=max(0\\,w-tw-${size})`, `y=h-th-${size}`],
  ].join(':')
}
