import type { Turn } from '../orientation.ts'

/** Bytes to be written at an offset of a file. */
export interface Patch {
  readonly at: number
  readonly bytes: Buffer
}

/** A stream of a file, as described by its header. */
export interface Track {
  readonly kind: 'picture' | 'sound' | 'other'
  /** ffmpeg's codec name, such as `h264`; null when it is not accepted. */
  readonly codec: string | null
  /** The common name of the format, for messages. */
  readonly format: string
  readonly isDefault: boolean
  readonly isEncrypted: boolean
  readonly hasSamples: boolean
  /** Of one picture; 0 for sound. */
  readonly pixels: number
  readonly channels: number
  /** The rotation and mirroring that players apply. */
  readonly turn: Turn
  /** Where its edit list ends, in milliseconds; null when its samples determine it. */
  readonly endMs: number | null
  /** Patches that make readers understand it that do not support its description. */
  readonly use: readonly Patch[]
  /** Patches that make readers skip it. */
  readonly hide: readonly Patch[]
}

/** More than any camera writes; programs are told to read no more. */
export const maxTracks = 64

/** The parsed header of a file, which determines the streams that programs may open. */
export interface Header {
  readonly tracks: readonly Track[]
  /** Patches that remove everything that is neither picture nor sound, such as cover pictures and user data. */
  readonly clean: readonly Patch[]
}
