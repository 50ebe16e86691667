import { film, fourColours, h264, tone } from '../filming.ts'

/** A kind of file that users have, and the expected result. Omitted properties have the usual values. */
export interface Kind {
  readonly name: string
  readonly make: () => Promise<string>
  /** By the first letters of its four quarters. Default RGBY. */
  readonly colours?: string
  /** Default 64 by 96. */
  readonly width?: number
  readonly height?: number
  /** Default 0.5. */
  readonly seconds?: number
  /** The pitch of its sound in Hz; null when it is silent. Default 440. */
  readonly pitch?: number | null
  /** The notice for its author. */
  readonly notice?: RegExp
  /** The colour matrix and range. */
  readonly colour?: string
  /** Whether all builds treat it alike, so that one of them is sufficient. Default false. */
  readonly isAlike?: boolean
}

/** Four colours with a tone, as lavfi inputs. */
export const clip = [...fourColours(0.5), ...tone(0.5)]
export const silent = { pitch: null }

/** A clip in other formats. */
export const filmedAs = (name: string, suffix: string, ...codecs: readonly string[]): Kind => ({
  name,
  make: () => film(suffix, ...clip, ...codecs),
})

/** Four colours without sound. */
export const still = () => film('mp4', ...fourColours(0.5), ...h264)
