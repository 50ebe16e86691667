import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CoverRequest, Ffmpeg, MediaFile } from '../media/ffmpeg.ts'
import type { Picture } from '../media/probe-report.ts'
import { placeholderOf } from './placeholder.ts'

const maxCoverSide = 1_280

/**
 * Writes the cover of a video as a JPEG.
 *
 * @param cover the time of its frame; null chooses one automatically. After the end of the video it is the last frame. @returns
 * its placeholder; null when no frame can be decoded.
 */
export async function takeCover(
  ffmpeg: Ffmpeg,
  file: MediaFile,
  picture: Picture,
  cover: { readonly atMs: number | null; readonly path: string; readonly soundPath?: string | null },
): Promise<string | null> {
  const size = within(picture, maxCoverSide)
  const miniature = { ...within(picture, 100), path: join(dirname(cover.path), 'miniature') }
  const { soundPath = null } = cover
  for (const moment of momentsFor(picture.durationMs, cover.atMs)) {
    const request = { picture, ...moment, ...size, miniature, soundPath }
    if (!(await ffmpeg.takeCover(file, request, cover.path))) continue
    return placeholderOf(miniature, await readFile(miniature.path))
  }
  return null
}

/** The wanted time, and alternatives for when there is no frame at it. */
function momentsFor(durationMs: number, atMs: number | null): Pick<CoverRequest, 'choice' | 'atMs'>[] {
  const beginning = { choice: 'exactly', atMs: 0 } as const
  if (atMs !== null) {
    // The last frame begins before the end; in a slow video a second before it.
    const wanted = Math.min(atMs, Math.max(0, durationMs - 50))
    return [{ choice: 'exactly', atMs: wanted }, { choice: 'exactly', atMs: Math.max(0, wanted - 1_000) }, beginning]
  }
  // Many videos begin in black or with an introduction; some stay dark.
  const wanted = Math.min(1_000, Math.round(durationMs / 10))
  return [{ choice: 'good', atMs: wanted }, { choice: 'exactly', atMs: wanted }, beginning]
}

function within({ width, height }: Picture, side: number): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
