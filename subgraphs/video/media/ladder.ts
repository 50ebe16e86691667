/** One size and quality that a video is offered in. */
export interface Rung {
  /** The shorter side of the picture in pixels, which names it. */
  readonly side: number
  /** In pixels, both even. */
  readonly width: number
  readonly height: number
  /** The most that a second of the picture may have, in bits. */
  readonly maxBitRate: number
  /** Of the sound, in bits per second. */
  readonly audioBitRate: number
}

type Step = Omit<Rung, 'width' | 'height'>

/** Sides of the ladder, and what each may have: about what Apple advises for H.264 (HLS Authoring Specification). */
const steps = [
  { side: 240, maxBitRate: 400_000, audioBitRate: 64_000 },
  { side: 360, maxBitRate: 900_000, audioBitRate: 96_000 },
  { side: 480, maxBitRate: 1_600_000, audioBitRate: 128_000 },
  { side: 720, maxBitRate: 3_200_000, audioBitRate: 128_000 },
  { side: 1_080, maxBitRate: 6_000_000, audioBitRate: 128_000 },
] as const
const highest = steps[4]

/**
 * The rungs of a picture, the lowest first: the largest is the picture itself, or 1080 of it; below it are the usual sides
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

/** The largest rung that old phones play and a slow network carries: at most 720. */
export function plainRung(rungs: readonly [Rung, ...Rung[]]): Rung {
  return rungs.findLast(({ side }) => side <= 720) ?? rungs[0]
}

function rungOf(picture: { readonly width: number; readonly height: number }, step: Step): Rung {
  const scale = step.side / Math.min(picture.width, picture.height)
  const [width, height] = [even(picture.width * scale), even(picture.height * scale)]
  return { ...step, side: Math.min(width, height), width, height }
}

/** H.264 halves the resolution of colours, so sides are even; rounding down never goes above the source. */
function even(pixels: number): number {
  return Math.max(2, 2 * Math.floor(Math.round(pixels) / 2))
}
