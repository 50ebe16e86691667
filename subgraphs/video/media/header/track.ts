import type { Turn } from '../orientation.ts'

/** Bytes to be written over those at a place of a file. */
export interface Patch {
  readonly at: number
  readonly bytes: Buffer
}

/** One of the streams of a file, as its header describes it. */
export interface Track {
  readonly kind: 'picture' | 'sound' | 'other'
  /** ffmpeg's name of the codec, such as `h264`; null when it is none that is accepted. */
  readonly codec: string | null
  /** What the header calls the codec, for people. */
  readonly format: string
  readonly isDefault: boolean
  readonly isEncrypted: boolean
  readonly hasSamples: boolean
  /** In pixels, of one picture; 0 for sound. */
  readonly pixels: number
  readonly channels: number
  /** What players do with its pictures. */
  readonly turn: Turn
  /** Where its edit list ends, in milliseconds; null when that is told by its samples. */
  readonly endMs: number | null
  /** What makes readers understand it that do not know its description yet. */
  readonly use: readonly Patch[]
  /** What makes a reader pass over it. */
  readonly hide: readonly Patch[]
}

/** More than any camera writes, and as many as programs are told to read. */
export const maxTracks = 64

/** What the header of a file says, so that programs are told which streams they may open. */
export interface Header {
  readonly tracks: readonly Track[]
  /** What removes everything that is neither picture nor sound, such as cover pictures and user data. */
  readonly clean: readonly Patch[]
}
