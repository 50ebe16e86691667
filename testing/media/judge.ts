import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { inject } from 'vitest'

const execute = promisify(execFile)

const sampleRate = 8_000

/** What a viewer of a video sees and hears. */
export interface Perceived {
  /** The mean colours of the four quarters of its cover, and of its first frame, by their first letters. */
  readonly colours: readonly [cover: string, video: string]
  /** The pitch of its sound in Hz; 0 where it is silent, null where it has none. */
  readonly pitch: number | null
}

/** Decodes a cover and the beginning of its video, concurrently. */
export async function perceive(cover: string, video: string, hasSound: boolean): Promise<Perceived> {
  const soundPath = `${video}.sound`
  const quarter = 'format=rgb24,scale=2:2:flags=area,setsar=1'
  const graph = `[0:v]${quarter}[a];[1:v]${quarter}[b];[a][b]vstack[c]`
  const inputs = ['-nostdin', '-v', 'error', '-i', cover, '-i', video, '-filter_complex', graph]
  const pictures = ['-map', '[c]', '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-']
  const format = ['-ac', '1', '-ar', String(sampleRate), '-f', 's16le', '-c:a', 'pcm_s16le']
  const sound = hasSound ? ['-map', '1:a', '-t', String(heardTo), ...format, soundPath] : []
  const parameters = [...inputs, ...pictures, ...sound]
  const { stdout } = await execute(inject('services').ffmpegPath, parameters, { encoding: 'buffer' })
  return { colours: coloursIn(stdout), pitch: hasSound ? pitchIn(await readFile(soundPath)) : null }
}

const names: Readonly<Record<string, string>> = { '100': 'R', '010': 'G', '001': 'B', '110': 'Y', '111': 'W' }

function coloursIn(pixels: Buffer): [string, string] {
  const letters = [0, 3, 6, 9, 12, 15, 18, 21].map((at) => {
    const bits = [...pixels.subarray(at, at + 3)].map((value) => (value > 128 ? 1 : 0))
    return names[bits.join('')] ?? '?'
  })
  return [letters.slice(0, 4).join(''), letters.slice(4).join('')]
}

/** Which part of the sound is analysed, in seconds; encoders fade in. */
const [heardFrom, heardTo] = [0.15, 0.4]

function pitchIn(bytes: Buffer): number {
  const samples = Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) => bytes.readInt16LE(index * 2))
  const part = samples.slice(heardFrom * sampleRate, heardTo * sampleRate)
  if (part.every((sample) => Math.abs(sample) < 200)) return 0
  const crossings = part.filter((sample, index) => index > 0 && sample >= 0 !== (part[index - 1] ?? 0) >= 0).length
  return crossings / 2 / (heardTo - heardFrom)
}

export interface Measured {
  readonly width: number
  readonly height: number
  /** When its first frame is shown, and its duration, in seconds. */
  readonly begins: number
  readonly seconds: number
  readonly soundSeconds: number | null
  readonly colour: string
}

interface Stream extends Readonly<Record<string, string | number | undefined>> {
  readonly width: number
  readonly height: number
}

/** The properties of a file by its packets, regardless of its header. */
export async function measure(path: string): Promise<Measured> {
  const parameters = ['-v', 'error', '-show_streams', '-show_packets', '-of', 'json', path]
  const { stdout } = await execute(inject('services').ffprobePath, parameters, { maxBuffer: 64 * 1024 * 1024 })
  const { streams, packets } = JSON.parse(stdout) as {
    streams: Stream[]
    packets: { codec_type: string; pts_time?: string; duration_time?: string }[]
  }
  const picture = streams.find((stream) => stream['codec_type'] === 'video')
  if (!picture) throw new Error('there is no picture')
  const range = (kind: string): { begins: number; ends: number } => {
    const own = packets.filter((packet) => packet.codec_type === kind)
    const begins = own.map((packet) => Number(packet.pts_time))
    const ends = own.map((packet, index) => (begins[index] ?? 0) + Number(packet.duration_time ?? 0))
    return { begins: Math.min(...begins), ends: Math.max(...ends) }
  }
  const shown = range('video')
  const heard = range('audio')
  const [space, told] = [picture['color_space'] ?? '-', picture['color_range'] ?? '-']
  return {
    ...{ width: picture.width, height: picture.height, begins: shown.begins, seconds: shown.ends - shown.begins },
    soundSeconds: Number.isFinite(heard.begins) ? heard.ends - Math.max(0, heard.begins) : null,
    colour: `${space} ${told}`,
  }
}

/** The total duration of the segments of all playlists of an HLS master, in seconds, and when its frames begin. */
export async function hlsLengths(masterUrl: string): Promise<number[]> {
  const master = await (await fetch(masterUrl)).text()
  const lengths: number[] = []
  for (const name of master.match(/^hls-.*$/gm) ?? []) {
    const playlist = await (await fetch(new URL(name, masterUrl))).text()
    lengths.push([...playlist.matchAll(/#EXTINF:([\d.]+)/g)].reduce((sum, [, seconds]) => sum + Number(seconds), 0))
  }
  return lengths
}
