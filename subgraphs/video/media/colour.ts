/** How the numbers of a picture are to be understood. */
export interface Colour {
  /** The coefficients between them and red, green and blue, as ffmpeg's scaler calls them. */
  readonly matrix: 'bt709' | 'bt601' | 'bt2020' | 'rgb'
  /** Whether black is 0 rather than 16. */
  readonly isFullRange: boolean
  readonly primaries: string
  readonly transfer: string
}

/** What ffprobe says of the colours of a stream; left out where nobody knows. */
export interface ColourReport {
  readonly pix_fmt?: string
  readonly color_range?: string
  readonly color_space?: string
  readonly color_primaries?: string
  readonly color_transfer?: string
}

const matrices: Readonly<Record<string, Colour['matrix']>> = {
  ...{ bt709: 'bt709', smpte170m: 'bt601', bt470bg: 'bt601', fcc: 'bt601', bt2020nc: 'bt2020', bt2020c: 'bt2020' },
  gbr: 'rgb',
}
/** Names that encoders of every version know. */
const knownPrimaries = new Set(['bt709', 'bt470m', 'bt470bg', 'smpte170m'])
const knownTransfers = new Set(['bt709', 'smpte170m', 'gamma22', 'gamma28'])

/** Where a file does not tell, players go by the size: as on television, large pictures have the colours of BT.709. */
export function colourOf(report: ColourReport, width: number, height: number): Colour {
  const { pix_fmt: format = '', color_range: range } = report
  const isRgb = /^(rgb|bgr|gbr|argb|abgr|0rgb|0bgr|pal8)/.test(format)
  const isLarge = Math.min(width, height) >= 720 || Math.max(width, height) >= 1_280
  const matrix = isRgb ? 'rgb' : (matrices[report.color_space ?? ''] ?? (isLarge ? 'bt709' : 'bt601'))
  const usual = matrix === 'bt601' ? 'smpte170m' : 'bt709'
  const { color_primaries: primaries = '', color_transfer: transfer = '' } = report
  return {
    matrix,
    isFullRange: range === 'pc' || (range === undefined && format.startsWith('yuvj')),
    primaries: knownPrimaries.has(primaries) ? primaries : usual,
    transfer: knownTransfers.has(transfer) ? transfer : usual,
  }
}

/** The colours of what is encoded: those of the source where every player understands them, else BT.709. */
export function encodedColour(colour: Colour): Colour & { readonly space: 'bt709' | 'smpte170m' } {
  if (colour.matrix === 'bt601') return { ...colour, isFullRange: false, space: 'smpte170m' }
  const isKept = colour.matrix === 'bt709'
  const plain = { matrix: 'bt709', isFullRange: false, primaries: 'bt709', transfer: 'bt709' } as const
  return { ...plain, ...(isKept && { primaries: colour.primaries, transfer: colour.transfer }), space: 'bt709' }
}

/** What the scaler is told of the colours that come in. */
export function scalerInput({ matrix, isFullRange }: Colour): string {
  return matrix === 'rgb' ? '' : `:in_color_matrix=${matrix}:in_range=${isFullRange ? 'pc' : 'tv'}`
}
