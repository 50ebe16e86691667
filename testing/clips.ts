import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inject } from 'vitest'

const execute = promisify(execFile)

/** The properties of a clip. */
export interface ClipOptions {
  /** Default 1. */
  readonly seconds?: number
  /** In pixels; default 180 by 320. */
  readonly width?: number
  readonly height?: number
  /** A lavfi video source, to which size, rate and duration are added; null for a file without a picture. */
  readonly picture?: string | null
  /** Whether it has a tone; default true. */
  readonly audio?: boolean
  /** By file extension; default mp4. */
  readonly container?: 'mp4' | 'mov' | 'webm' | 'mkv'
  /** The rotation that players must apply, clockwise in degrees; mp4 and mov only. */
  readonly rotate?: 90 | 180 | 270
  /** More output options. */
  readonly output?: readonly string[]
}

const framesPerSecond = 25
const clips = new Map<string, Promise<string>>()
let folder: string | undefined

// Test files share this module, so the clips go with the process.
process.once('exit', () => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

/** The path of a small playable video. It is made once for a process, and goes with it: copy it before changing it. */
export function makeClip(options: ClipOptions): Promise<string> {
  const key = JSON.stringify(options)
  const clip = clips.get(key) ?? film(options, `${clips.size}`)
  clips.set(key, clip)
  return clip
}

/** A unique playable mp4: a clip with random bytes appended in a box that players skip (`free`, ISO/IEC 14496-12 §8.1.2). */
export async function makeUniqueClip(paddingBytes = 32): Promise<Buffer> {
  const header = Buffer.from('....free')
  header.writeUInt32BE(header.length + paddingBytes)
  return Buffer.concat([await readFile(await makeClip({})), header, randomBytes(paddingBytes)])
}

async function film(options: ClipOptions, name: string): Promise<string> {
  const { seconds = 1, width = 180, height = 320, picture = 'testsrc', audio = true, container = 'mp4' } = options
  folder ??= mkdtempSync(join(tmpdir(), 'clips-'))
  const path = join(folder, `${name}.${container}`)
  const separator = picture?.includes('=') ? ':' : '='
  const codecs =
    container === 'webm'
      ? ['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus']
      : ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
  await ffmpeg([
    ...(picture === null
      ? []
      : lavfi(`${picture}${separator}size=${width}x${height}:rate=${framesPerSecond}:duration=${seconds}`)),
    ...(audio ? lavfi(`sine=frequency=440:duration=${seconds}`) : []),
    ...[...codecs, ...(options.output ?? []), path],
  ])
  return options.rotate === undefined ? path : turn(path, options.rotate)
}

/**
 * Marks the first track as rotated, like a phone held upright: in the matrix of its header (ISO/IEC 14496-12 §8.3.2), as 16.16
 * fixed-point numbers. The ffmpeg options for this differ between versions.
 */
async function turn(path: string, degrees: number): Promise<string> {
  const bytes = await readFile(path)
  const matrix = bytes.indexOf('tkhd') + 44
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  for (const [index, value] of [cosine, sine, 0, -sine, cosine].entries()) {
    bytes.writeInt32BE(Math.round(value) * 65_536, matrix + index * 4)
  }
  await writeFile(path, bytes)
  return path
}

function lavfi(source: string): string[] {
  return ['-f', 'lavfi', '-i', source]
}

async function ffmpeg(options: readonly string[]): Promise<void> {
  await execute(inject('services').ffmpegPath, ['-nostdin', '-y', '-v', 'error', ...options])
}
