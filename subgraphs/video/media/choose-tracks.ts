import { pictureCodecs, soundCodecs, type Codec } from './codecs.ts'
import type { Header, Patch, Track } from './header/track.ts'

/** The streams of a file that are used. */
export interface ChosenTracks {
  readonly picture: Track
  readonly sound: Track | null
  /** The name of the format of sound that exists but cannot be used; null when none is lost. */
  readonly lostSound: string | null
  /** Whether there are unused streams. */
  readonly hasOthers: boolean
}

/** Streams that are not decoded because they are empty or not decodable. */
export type Excluded = ReadonlyMap<Track, 'empty' | 'not decodable'>

/** Why there is no usable picture. */
export type NoPicture =
  | { readonly reason: 'no picture' | 'encrypted' | 'damaged' }
  | { readonly reason: 'unknown format'; readonly format: string }

/**
 * The best picture and sound streams that can be decoded: first the default stream, then the one with more pixels or channels,
 * then the first in the file.
 *
 * @param excluded streams that turned out to be unusable.
 */
export function chooseTracks(header: Header, excluded: Excluded): ChosenTracks | NoPicture {
  const usable = header.tracks.filter((track) => track.codec !== null && track.hasSamples && !excluded.has(track))
  const [picture] = usable.filter(({ kind, codec }) => kind === 'picture' && isIn(pictureCodecs, codec)).sort(better)
  if (!picture) return withoutPicture(header)
  const sounds = header.tracks.filter(
    (track) => track.kind === 'sound' && track.hasSamples && excluded.get(track) !== 'empty',
  )
  const [sound = null] = usable.filter(({ kind, codec }) => kind === 'sound' && isIn(soundCodecs, codec)).sort(better)
  return {
    picture,
    sound,
    lostSound: sound || !sounds[0] ? null : nameOf(sounds[0]),
    hasOthers: header.tracks.some((track) => track !== picture && track !== sound),
  }
}

/** Patches that hide all streams but the chosen ones from programs. */
export function hidingPatches(header: Header, { picture, sound }: ChosenTracks): Patch[] {
  const others = header.tracks.filter((track) => track !== picture && track !== sound)
  return [...header.clean, ...picture.use, ...(sound?.use ?? []), ...others.flatMap(({ hide }) => hide)]
}

/** The decoders for all accepted formats. */
export const allDecoders: readonly string[] = [...Object.values(pictureCodecs), ...Object.values(soundCodecs)].flatMap(
  ({ decoders }) => decoders,
)

/** The decoders for the chosen streams. */
export function decodersOf({ picture, sound }: ChosenTracks): string[] {
  return [
    ...(pictureCodecs[picture.codec ?? '']?.decoders ?? []),
    ...((sound && soundCodecs[sound.codec ?? '']?.decoders) ?? []),
  ]
}

function isIn(codecs: Readonly<Record<string, Codec>>, codec: string | null): boolean {
  return codec !== null && Object.hasOwn(codecs, codec)
}

function better(one: Track, other: Track): number {
  return (
    Number(other.isDefault) - Number(one.isDefault) || other.pixels - one.pixels || other.channels - one.channels || 0
  )
}

function withoutPicture({ tracks }: Header): NoPicture {
  const pictures = tracks.filter(({ kind }) => kind === 'picture')
  const [unknown] = pictures.filter(({ codec, isEncrypted }) => codec === null && !isEncrypted)
  if (pictures.some(({ isEncrypted }) => isEncrypted)) return { reason: 'encrypted' }
  if (unknown && unknown.format !== 'unknown') return { reason: 'unknown format', format: unknown.format }
  const isSound = pictures.length === 0 && tracks.some(({ kind }) => kind === 'sound')
  return { reason: isSound ? 'no picture' : 'damaged' }
}

function nameOf({ codec, format, isEncrypted }: Track): string {
  return isEncrypted ? 'DRM' : codec === null ? format : (soundCodecs[codec]?.name ?? format)
}
