import type { Box } from './boxes.ts'
import type { Patch } from './track.ts'

/** QuickTime sample entries, by bit depth and byte order. */
const entries: Readonly<Record<string, string>> = {
  ...{ ipcm16le: 'sowt', ipcm16be: 'twos', ipcm24le: 'in24', ipcm24be: 'in24', ipcm32le: 'in32', ipcm32be: 'in32' },
  ...{ fpcm32le: 'fl32', fpcm32be: 'fl32', fpcm64le: 'fl64', fpcm64be: 'fl64' },
}

/**
 * Describes PCM in MP4 (ISO/IEC 23003-5), which ffmpeg supports only since version 6, as QuickTime does: with another name, and
 * the byte order in a box `enda`. Null for anything else.
 */
export function plainPcm({ type, at, content, contentAt }: Box): { readonly patches: readonly Patch[] } | null {
  if (type !== 'ipcm' && type !== 'fpcm') return null
  const place = content.indexOf('pcmC', 0, 'latin1')
  if (place < 0 || place + 10 > content.length) return null
  const order = ((content[place + 8] ?? 0) & 1) === 1 ? 'le' : 'be'
  const entry = entries[`${type}${content[place + 9] ?? 0}${order}`]
  if (entry === undefined) return null
  const endian = Buffer.concat([Buffer.from('enda', 'latin1'), Buffer.from([0, order === 'le' ? 1 : 0, 0, 0, 0, 0])])
  return {
    patches: [
      { at: at + 4, bytes: Buffer.from(entry, 'latin1') },
      { at: contentAt + place, bytes: endian },
    ],
  }
}
