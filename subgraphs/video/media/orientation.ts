/** How a picture is made upright: mirrored left to right first, then rotated clockwise. */
export interface Turn {
  readonly isMirrored: boolean
  readonly degrees: 0 | 90 | 180 | 270
}

export const upright: Turn = { isMirrored: false, degrees: 0 }

/** The first four numbers of a display matrix: a point (x, y) is shown at (a·x + c·y, b·x + d·y), with y downwards. */
export type Matrix = readonly [a: number, b: number, c: number, d: number]

/** The turn that is closest to a matrix; an invalid matrix, such as zeros, means no turn. */
export function turnOf([a, b, c, d]: Matrix): Turn {
  const determinant = a * d - b * c
  if (!Number.isFinite(determinant) || determinant === 0) return upright
  const isMirrored = determinant < 0
  // Mirroring comes first: it changes the sign of the contribution of x.
  const angle = isMirrored ? Math.atan2(-b, -a) : Math.atan2(b, a)
  return { isMirrored, degrees: nearestQuarter((angle * 180) / Math.PI) }
}

/** A clockwise angle, rounded to quarter turns; ties are rounded to the smaller turn. */
export function nearestQuarter(degrees: number): Turn['degrees'] {
  if (!Number.isFinite(degrees)) return 0
  const quarters = Math.sign(degrees) * Math.ceil(Math.abs(degrees) / 90 - 0.501)
  return ((((quarters % 4) + 4) % 4) * 90) as Turn['degrees']
}

/** Whether width and height are swapped. */
export function liesOnItsSide({ degrees }: Turn): boolean {
  return degrees % 180 !== 0
}

/** Filters that make a picture upright, in every version of ffmpeg. */
export function turnFilters({ isMirrored, degrees }: Turn): string[] {
  const turned = { 0: [], 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] }[degrees]
  return [...(isMirrored ? ['hflip'] : []), ...turned]
}
