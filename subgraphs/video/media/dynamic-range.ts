/** The transfer function of a picture: standard, or one of the curves for high dynamic range. */
export type DynamicRange = 'standard' | 'pq' | 'hlg'

type Colour = readonly [red: number, green: number, blue: number]

/** Samples per dimension of the table; players and cameras use the same number. */
const side = 33
/** Luminance in hundreds of cd/m², about the peak of a standard screen; anything brighter is clipped to it. */
const peak = 10

const tables = new Map<DynamicRange, string>()

/**
 * A look-up table in `.cube` format from high dynamic range (ITU-R BT.2100) to standard (BT.709). Every ffmpeg has a filter for
 * such tables, while few builds have one for the curves; it is as fast, and gives the same colours.
 */
export function standardRangeTable(range: 'pq' | 'hlg'): string {
  const known = tables.get(range)
  if (known !== undefined) return known
  const light = range === 'pq' ? lightOfPq : lightOfHlg
  const steps = Array.from({ length: side }, (_, index) => index / (side - 1))
  const lines = [`LUT_3D_SIZE ${side}`]
  // Red changes fastest.
  for (const blue of steps) {
    for (const green of steps) {
      for (const red of steps)
        lines.push(
          toStandard(light([red, green, blue]))
            .map(fixed)
            .join(' '),
        )
    }
  }
  const table = `${lines.join('\n')}\n`
  tables.set(range, table)
  return table
}

function fixed(value: number): string {
  return value.toFixed(5)
}

/** The light that a screen emits for a PQ signal (BT.2100 table 4). */
function lightOfPq(signal: Colour): Colour {
  return each(signal, (value) => {
    const power = value ** (32 / 2_523)
    const ratio = Math.max(0, power - 3_424 / 4_096) / (2_413 / 128 - (2_392 / 128) * power)
    return 100 * ratio ** (16_384 / 2_610)
  })
}

/** The same for HLG, which describes the scene, on a screen of 1 000 cd/m² (BT.2100 table 5). */
function lightOfHlg(signal: Colour): Colour {
  const scene = each(signal, (value) =>
    value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12,
  )
  const luminance = 0.2627 * scene[0] + 0.678 * scene[1] + 0.0593 * scene[2]
  return each(scene, (value) => peak * value * luminance ** 0.2)
}

function toStandard([red, green, blue]: Colour): Colour {
  // From the primaries of BT.2020 to those of BT.709 (BT.2087); colours out of gamut are clipped to its boundary.
  const wide: Colour = [
    1.6605 * red - 0.5876 * green - 0.0728 * blue,
    -0.1246 * red + 1.1329 * green - 0.0083 * blue,
    -0.0182 * red - 0.1006 * green + 1.1187 * blue,
  ]
  const colour = each(wide, (value) => Math.max(0, value))
  const brightest = Math.max(...colour)
  if (brightest === 0) return colour
  // Scaled by the brightest component, so that the hue stays.
  const scale = hable(Math.min(brightest, peak)) / hable(peak) / brightest
  // BT.1886.
  return each(colour, (value) => (value * scale) ** (1 / 2.4))
}

/** Hable's filmic curve: keeps dark tones and compresses bright ones. */
function hable(light: number): number {
  return (light * (0.15 * light + 0.05) + 0.004) / (light * (0.15 * light + 0.5) + 0.06) - 0.02 / 0.3
}

function each([red, green, blue]: Colour, change: (value: number) => number): Colour {
  return [change(red), change(green), change(blue)]
}
