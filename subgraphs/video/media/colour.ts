/** How the values of a picture are to be interpreted. */
export interface Colour {
  /** The matrix between YUV and RGB, by the name in ffmpeg's scaler. */
  readonly matrix: 'bt709' | 'bt601' | 'bt2020' | 'rgb'
  /** Whether black is 0 rather than 16. */
  readonly isFullRange: boolean
  readonly primaries: string
  readonly transfer: string
}

/** What ffprobe reports about the colours of a stream; unknown values are left out. */
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
/** Names that all versions of the encoders support. */
const knownPrimaries = new Set(['bt709', 'bt470m', 'bt470bg', 'smpte170m'])
const knownTransfers = new Set(['bt709', 'smpte170m', 'gamma22', 'gamma28'])

/** When a file does not say, players decide by size: as on television, large pictures use BT.709. */
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

/** The colours of the encoded video: those of the source if every player supports them, otherwise BT.709. */
export function encodedColour(colour: Colour): Colour & { readonly space: 'bt709' | 'smpte170m' } {
  if (colour.matrix === 'bt601') return { ...colour, isFullRange: false, space: 'smpte170m' }
  const isKept = colour.matrix === 'bt709'
  const plain = { matrix: 'bt709', isFullRange: false, primaries: 'bt709', transfer: 'bt709' } as const
  return { ...plain, ...(isKept && { primaries: colour.primaries, transfer: colour.transfer }), space: 'bt709' }
}

/** The scaler's options for the input colours. */
export function scalerInput({ matrix, isFullRange }: Colour): string {
  return matrix === 'rgb' ? '' : `:in_color_matrix=${matrix}:in_range=${isFullRange ? 'pc' : 'tv'}`
}
