/** A size and quality in which a video is offered. */
export interface Rung {
  /** The shorter side of the picture in pixels, which identifies the rung. */
  readonly side: number
  /** In pixels; even, as is the height. */
  readonly width: number
  readonly height: number
  /** The maximum bit rate of the picture, in bits per second. */
  readonly maxBitRate: number
  /** Of the sound, in bits per second. */
  readonly audioBitRate: number
}

type Step = Omit<Rung, 'width' | 'height'>

/** The sides of the ladder and their bit rates: about what Apple advises for H.264 (HLS Authoring Specification). */
const steps = [
  { side: 240, maxBitRate: 400_000, audioBitRate: 64_000 },
  { side: 360, maxBitRate: 900_000, audioBitRate: 96_000 },
  { side: 480, maxBitRate: 1_600_000, audioBitRate: 128_000 },
  { side: 720, maxBitRate: 3_200_000, audioBitRate: 128_000 },
  { side: 1_080, maxBitRate: 6_000_000, audioBitRate: 128_000 },
] as const
const highest = steps[4]

/**
 * The rungs of a picture, lowest first: the highest is the picture itself, limited to 1080; below it are the standard sides
 * that are clearly smaller.
 */
export function ladderOf(picture: { readonly width: number; readonly height: number }): [Rung, ...Rung[]] {
  const top = Math.min(picture.width, picture.height, highest.side)
  const lower = steps.filter(({ side }) => side <= top * 0.85)
  const step = steps.find(({ side }) => side >= top) ?? highest
  const [first, ...rest] = lower.map((lowerStep) => rungOf(picture, lowerStep))
  const last = rungOf(picture, { ...step, side: top })
  return first ? [first, ...rest, last] : [last]
}

/** The highest rung that old phones play and slow networks can load: at most 720. */
export function plainRung(rungs: readonly [Rung, ...Rung[]]): Rung {
  return rungs.findLast(({ side }) => side <= 720) ?? rungs[0]
}

function rungOf(picture: { readonly width: number; readonly height: number }, step: Step): Rung {
  const scale = step.side / Math.min(picture.width, picture.height)
  const [width, height] = [even(picture.width * scale), even(picture.height * scale)]
  return { ...step, side: Math.min(width, height), width, height }
}

/** H.264 halves the colour resolution, so sides must be even; rounding down never exceeds the source. */
function even(pixels: number): number {
  return Math.max(2, 2 * Math.floor(Math.round(pixels) / 2))
}
