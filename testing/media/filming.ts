import { execFile } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inject } from 'vitest'

const execute = promisify(execFile)
let folder: Promise<string> | undefined
let files = 0

/** A new path of a file that is deleted after the run. */
export async function newPath(suffix: string): Promise<string> {
  folder ??= mkdtemp(join(inject('services').folder, 'filming-'))
  return join(await folder, `${files++}.${suffix}`)
}

export async function written(suffix: string, content: string | Buffer): Promise<string> {
  const path = await newPath(suffix)
  await writeFile(path, content)
  return path
}

/** Runs ffmpeg, whose last parameter is the output file; returns its path. */
export async function film(suffix: string, ...parameters: readonly string[]): Promise<string> {
  const path = await newPath(suffix)
  const { ffmpegPath } = inject('services')
  await execute(ffmpegPath, ['-nostdin', '-y', '-v', 'error', ...parameters, '-strict', '-2', path])
  return path
}

/** The same, as bytes. */
export async function filmed(suffix: string, ...parameters: readonly string[]): Promise<Buffer> {
  return readFile(await film(suffix, ...parameters))
}

/** The size of all pictures here: small, and clearly upright. */
export const size = { width: 64, height: 96 }

/** A picture of four colours: red and green above blue and yellow. */
export function fourColours(seconds: number, rate = '10'): string[] {
  const quarter = (colour: string): string => `color=${colour}:size=32x48:rate=${rate}:duration=${seconds}`
  const [a, b, c, d] = ['red', 'lime', 'blue', 'yellow'].map(quarter)
  const graph = `${a}[a];${b}[b];${c}[c];${d}[d];[a][b]hstack[t];[c][d]hstack[u];[t][u]vstack`
  return ['-f', 'lavfi', '-i', graph]
}

/** A tone. */
export function tone(seconds: number, frequency = 440): string[] {
  return ['-f', 'lavfi', '-i', `sine=frequency=${frequency}:sample_rate=48000:duration=${seconds}`]
}

export const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '250']
export const aac = ['-c:a', 'aac']
