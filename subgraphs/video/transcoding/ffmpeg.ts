import { execFile, type SpawnOptions } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import createCommand, { type FfmpegCommand } from 'fluent-ffmpeg'
import type { Container } from './container.ts'
import { probeEntries, readProbeReport, type Picture } from './probe-report.ts'

const execute = promisify(execFile)

export interface FfmpegOptions {
  readonly ffmpegPath: string
  readonly ffprobePath: string
  /** The longest side of a picture that is decoded, in pixels. */
  readonly maxSide: number
  /** After how long a program is killed. */
  readonly probeDeadlineMs?: number
  readonly coverDeadlineMs?: number
}

/** A file from a stranger, whose container is known. */
export interface MediaFile {
  readonly path: string
  readonly container: Container
}

/** Why nothing can be said about a file. */
export type Unreadable = 'damaged' | 'picture too large'

/** The moment and the size of a cover. */
export interface Cover {
  readonly atMs: number
  readonly width: number
  readonly height: number
}

export type Ffmpeg = ReturnType<typeof openFfmpeg>

/**
 * The only door to ffmpeg. Its files come from strangers, so both programs run with an empty environment, read files
 * only, know nothing but the demuxers and decoders of the accepted formats, and are killed at a deadline.
 */
export function openFfmpeg(options: FfmpegOptions) {
  const { probeDeadlineMs = 15_000, coverDeadlineMs = 30_000 } = options
  const guards = [
    ...['-v', 'error'],
    ...['-protocol_whitelist', 'file'],
    ...['-format_whitelist', 'mov,mp4,matroska,webm'],
    ...['-codec_whitelist', decoders.join(',')],
    // Decoders round a side up to a multiple of 64 at most.
    ...['-max_pixels', String((options.maxSide + 63) ** 2)],
    ...['-max_alloc', String(maxAllocationBytes)],
    ...['-max_streams', '64'],
    ...['-threads', '1'],
  ]

  return {
    /**
     * What a file shows: its picture, null when it has none, or why that cannot be said.
     *
     * fluent-ffmpeg can run ffprobe too, but with this process' environment and without a deadline.
     */
    async probe({ path, container }: MediaFile): Promise<Picture | null | Unreadable> {
      // `V` leaves out cover pictures of sound files.
      const wanted = ['-select_streams', 'V:0', '-show_entries', probeEntries, '-of', 'json=compact=1']
      const parameters = [...guards, '-f', container.demuxer, ...wanted, '-i', path]
      let report: string
      try {
        const settings = { ...confinement(path, probeDeadlineMs), maxBuffer: maxReportBytes }
        report = (await execute(options.ffprobePath, parameters, settings)).stdout
      } catch (error) {
        if (!endedBadly(error)) throw error
        const { stderr = '' } = error as { stderr?: string }
        return stderr.includes('exceeds specified max pixel count') ? 'picture too large' : 'damaged'
      }
      return readProbeReport(report)
    },

    /** Writes one frame as a JPEG, turned upright; answers whether there was a frame to write. */
    async takeCover({ path, container }: MediaFile, cover: Cover, outputPath: string): Promise<boolean> {
      const command = createCommand(path)
        .setFfmpegPath(options.ffmpegPath)
        .inputOptions(['-nostdin', '-timelimit', String(coverDeadlineMs / 1_000), ...guards])
        .inputOptions(['-f', container.demuxer, '-ss', String(cover.atMs / 1_000), '-t', '10'])
        .outputOptions(['-map', '0:V:0', '-map_metadata', '-1', '-frames:v', '1', '-fs', String(maxCoverBytes)])
        .outputOptions(['-pix_fmt', 'yuvj420p', '-q:v', '3'])
        .videoFilters([`scale=${cover.width}:${cover.height}`, 'setsar=1'])
        .outputFormat('mjpeg')
        .output(outputPath)
      confine(command, confinement(path, coverDeadlineMs))
      if (!(await ranWell(command))) return false
      // Without a frame there is an empty file or none, depending on the version.
      return stat(outputPath).then(
        ({ size }) => size > 0,
        () => false,
      )
    },
  }
}

/** Decoders of the pictures that are accepted and of what usually lies beside them; each build has some of them. */
const decoders = [
  ...['h264', 'hevc', 'vp8', 'vp9', 'libvpx', 'libvpx-vp9', 'av1', 'libdav1d', 'libaom-av1', 'mpeg4', 'mjpeg', 'png'],
  ...['aac', 'mp3', 'mp3float', 'opus', 'libopus', 'vorbis', 'flac', 'alac', 'ac3', 'eac3', 'amrnb', 'amrwb'],
  ...['pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'mov_text', 'webvtt', 'subrip'],
]

/** Room for the packets of ten minutes at 240 frames a second. */
const maxReportBytes = 12 * 1024 * 1024
const maxCoverBytes = 8 * 1024 * 1024
const maxAllocationBytes = 256 * 1024 * 1024

/** How a program is started that reads a stranger's file. */
function confinement(path: string, deadlineMs: number) {
  return { env: {}, cwd: dirname(path), timeout: deadlineMs, killSignal: 'SIGKILL' } as const
}

/** How fluent-ffmpeg starts ffmpeg; the last callback is called at the end, with the last lines of both outputs. */
interface Spawning {
  _spawnFfmpeg(parameters: readonly string[], options: SpawnOptions, ...callbacks: readonly Callback[]): void
}
type Callback = (...answer: unknown[]) => void

/**
 * Has fluent-ffmpeg start its programs in confinement, for which it has no public way. When a program cannot be started it
 * forgets the lines of output that it reads later, and throws where nobody can catch it: they are none, then.
 */
function confine(command: FfmpegCommand, confinement: SpawnOptions): void {
  const spawning = command as unknown as Spawning
  const spawn = spawning._spawnFfmpeg.bind(command)
  const noLines = { get: () => '' }
  spawning._spawnFfmpeg = (parameters, options, ...callbacks) => {
    const onEnd = callbacks.at(-1)
    const end: Callback = (error, output = noLines, errors = noLines) => onEnd?.(error, output, errors)
    spawn(parameters, { ...options, ...confinement }, ...callbacks.slice(0, -1), end)
  }
}

/** Runs a command to its end; rejects when that cannot even begin. */
function ranWell(command: FfmpegCommand): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let began = false
    command
      .on('start', () => (began = true))
      .on('end', () => resolve(true))
      .on('error', (error) => (began && endedBadly(error) ? resolve(false) : reject(error)))
      .run()
  })
}

/** Whether a program ran and failed or was killed, which is the file's fault; else it did not even start. */
function endedBadly(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return typeof code !== 'string' || code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
}
