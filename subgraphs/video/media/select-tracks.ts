import { open, type FileHandle } from 'node:fs/promises'
import { chooseTracks, hidingPatches, type ChosenTracks, type Excluded, type NoPicture } from './choose-tracks.ts'
import type { Container } from './container.ts'
import type { MediaFile } from './ffmpeg.ts'
import { FileBytes } from './header/file-bytes.ts'
import { readMatroskaHeader } from './header/matroska-header.ts'
import { readMp4Header } from './header/mp4-header.ts'
import { maxTracks, type Header, type Patch } from './header/track.ts'

/** How many sound streams are tried; a file with this many unusable ones is unlikely to have a good one. */
const maxTries = 3

/** A file in which programs see only the chosen streams. */
export interface Selection {
  readonly file: MediaFile & { readonly container: Container; readonly tracks: ChosenTracks }
  /** Chooses again, without the current sound stream: it is empty or cannot be decoded. */
  withoutSound(reason: 'empty' | 'not decodable'): Promise<Selection>
}

/**
 * Chooses the streams of a file that are used, and hides all others in the file: programs open every stream they find, and fail
 * when one has a format that they do not know or may not open. A few bytes of the file are changed in place.
 */
export async function selectTracks(path: string, container: Container): Promise<Selection | NoPicture> {
  const header = await withFile(path, 'r', async (handle) => {
    const bytes = await FileBytes.of(handle)
    return container.demuxer === 'mov' ? readMp4Header(bytes) : readMatroskaHeader(bytes)
  })
  if (!header || header.tracks.length > maxTracks) return { reason: 'damaged' }
  return select(path, container, header, new Map())
}

async function select(
  path: string,
  container: Container,
  header: Header,
  excluded: Excluded,
): Promise<Selection | NoPicture> {
  const tracks = chooseTracks(header, excluded)
  if ('reason' in tracks) return tracks
  const former = await withFile(path, 'r+', (handle) => write(handle, hidingPatches(header, tracks)))
  return {
    file: { path, container, tracks },
    async withoutSound(reason) {
      await withFile(path, 'r+', (handle) => write(handle, former))
      const without = new Map(excluded)
      const given = without.size < maxTries ? [tracks.sound] : header.tracks.filter(({ kind }) => kind === 'sound')
      for (const track of given) if (track) without.set(track, reason)
      // The picture stays the same.
      return (await select(path, container, header, without)) as Selection
    },
  }
}

/** Writes patches; returns those that restore the previous bytes. */
async function write(handle: FileHandle, patches: readonly Patch[]): Promise<Patch[]> {
  const former: Patch[] = []
  for (const { at, bytes } of patches) {
    const { buffer } = await handle.read(Buffer.alloc(bytes.length), 0, bytes.length, at)
    former.push({ at, bytes: buffer })
    await handle.write(bytes, 0, bytes.length, at)
  }
  return former.reverse()
}

async function withFile<Result>(
  path: string,
  mode: string,
  work: (handle: FileHandle) => Promise<Result>,
): Promise<Result> {
  const handle = await open(path, mode)
  try {
    return await work(handle)
  } finally {
    await handle.close()
  }
}
