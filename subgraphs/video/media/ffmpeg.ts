import { stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import createCommand, { type FfmpegCommand } from 'fluent-ffmpeg'
import { allDecoders, decodersOf, type ChosenTracks } from './choose-tracks.ts'
import type { Container } from './container.ts'
import { standardRangeTable, type DynamicRange } from './dynamic-range.ts'
import { audioOptions, lengthOptions, segmentOptions, videoOptions } from './encoding.ts'
import type { Rung } from './ladder.ts'
import { coverFilters, rangeTableFile, rungFilters, soundFilters, type Watermark } from './picture-filters.ts'
import { isOfPictures, type PictureFormat } from './picture-format.ts'
import { probeEntries, readProbeReport, type Announced, type Picture } from './probe-report.ts'
import { readProgress } from './progress-report.ts'
import { run, type Outcome, type RunOptions } from './sandbox.ts'

export interface FfmpegOptions {
  readonly ffmpegPath: string
  readonly ffprobePath: string
  /** The longest side of a picture that may be decoded, in pixels. */
  readonly maxSide: number
  /** After how many milliseconds a program is killed. */
  readonly probeDeadlineMs?: number
  readonly coverDeadlineMs?: number
}

/** An untrusted file whose format is known. */
export interface MediaFile {
  readonly path: string
  readonly container: Pick<Container | PictureFormat, 'demuxer'>
  /** The streams that are used; all others are already hidden in the file. Still pictures have none. */
  readonly tracks?: ChosenTracks
}

/** Why a file cannot be analysed. */
export type Unreadable = 'damaged' | 'picture too large'

export interface CoverRequest {
  /** Of the video. */
  readonly picture: Picture
  /** Exactly the frame at a time, or a good one from that time on: neither black nor in a transition. */
  readonly choice: 'exactly' | 'good'
  readonly atMs: number
  /** Of the cover. */
  readonly width: number
  readonly height: number
  /** Of a small picture next to it, as raw RGBA. */
  readonly miniature: { readonly width: number; readonly height: number; readonly path: string }
  /** Where a second of decoded sound is written; null where it is not needed. */
  readonly soundPath: string | null
}

/** What a video is encoded into: one fragmented file per rung, and its media playlist, named by the rung's side. */
export interface LadderRequest {
  readonly rungs: readonly Rung[]
  readonly picture: Picture
  readonly watermark: Watermark | null
  readonly deadlineMs: number
  readonly signal: AbortSignal
  /** Called with the number of encoded seconds. */
  readonly onProgress: (seconds: number) => void
}

export type Ffmpeg = ReturnType<typeof openFfmpeg>

/**
 * The only module that runs ffmpeg; fluent-ffmpeg builds its command lines. Files are untrusted, so both programs may only use
 * files, and only the demuxers and decoders of accepted formats.
 */
export function openFfmpeg(options: FfmpegOptions) {
  const { probeDeadlineMs = 15_000, coverDeadlineMs = 30_000 } = options
  const guards = ({ container: { demuxer }, tracks }: MediaFile): string[] => [
    ...['-v', 'error'],
    ...['-protocol_whitelist', 'file'],
    ...['-format_whitelist', formats[demuxer] ?? demuxer],
    ...[
      '-codec_whitelist',
      (tracks ? decodersOf(tracks) : isOfPictures(demuxer) ? pictureDecoders : allDecoders).join(),
    ],
    // Decoders round a side up to a multiple of 64 at most.
    ...['-max_pixels', String((options.maxSide + 63) ** 2)],
    ...['-max_alloc', String(maxAllocationBytes)],
    ...['-max_streams', '64'],
    ...['-threads', '1'],
    ...['-f', demuxer],
  ]
  const runFfmpeg = (command: FfmpegCommand, settings: RunOptions): Promise<Outcome> =>
    run(options.ffmpegPath, ['-nostdin', '-nostats', '-progress', 'pipe:1', ...argumentsOf(command)], settings)
  /** An input with the original timestamps and orientation; the filters rotate it and shift it to the beginning. */
  const inputOptions = (file: MediaFile, picture: Picture): string[] => [
    ...guards(file),
    ...['-copyts', '-noautorotate'],
    ...(picture.hasAlpha && picture.codec in alphaDecoders ? ['-c:v', alphaDecoders[picture.codec] ?? ''] : []),
  ]

  return {
    /** Analyses a file: its picture, null when it has none, or why it cannot be analysed. */
    async probe(file: MediaFile): Promise<Picture | null | Unreadable> {
      const { path, container, tracks } = file
      const wanted = ['-show_entries', probeEntries, '-of', 'json=compact=1']
      const parameters = [...guards(file), ...wanted, '-i', path]
      const limits = { cpuSeconds: probeDeadlineMs / 1_000, memoryBytes: gigabyte, fileBytes: 0 }
      const room = { limits, maxOutputBytes: maxReportBytes }
      const settings = { folder: dirname(path), deadlineMs: probeDeadlineMs, ...room, isAwaited: true }
      const { end, output, complaints } = await run(options.ffprobePath, parameters, settings)
      if (end === 'well') return readProbeReport(output, tracks && announcedBy(tracks, container.demuxer))
      return complaints.includes('exceeds specified max pixel count') ? 'picture too large' : 'damaged'
    },

    /** Remuxes the streams of a file into Matroska without transcoding; decodes only what is needed to find their sizes. */
    async repack(file: MediaFile, outputPath: string): Promise<boolean> {
      const command = createCommand(file.path)
        .inputOptions([...guards(file), '-fflags', '+genpts'])
        .output(outputPath)
        .outputOptions(['-map', '0:V?', '-map', '0:a?', '-c', 'copy', '-map_metadata', '-1', '-map_chapters', '-1'])
        .outputFormat('matroska')
      const fileBytes = 2 * (await stat(file.path)).size + megabyte
      const limits = { cpuSeconds: probeDeadlineMs / 1_000, memoryBytes: gigabyte, fileBytes }
      const settings = { folder: dirname(file.path), deadlineMs: probeDeadlineMs, limits, isAwaited: true }
      return (await runFfmpeg(command, settings)).end === 'well'
    },

    /** Writes an upright frame as a JPEG, and its miniature; resolves to whether there was one. */
    async takeCover(file: MediaFile, cover: CoverRequest, outputPath: string): Promise<boolean> {
      const folder = dirname(file.path)
      const command = createCommand(file.path)
        // Relative to the beginning of the file, regardless of its timestamps.
        .inputOptions([...inputOptions(file, cover.picture), '-ss', String(cover.atMs / 1_000)])
        .complexFilter(coverFilters(cover))
        .output(outputPath)
        .outputOptions(['-map', '[cover]', '-map_metadata', '-1', '-frames:v', '1', '-q:v', '3'])
        .outputFormat('mjpeg')
        .output(cover.miniature.path)
        .outputOptions(['-map', '[miniature]', '-frames:v', '1'])
        .outputFormat('rawvideo')
      if (cover.soundPath !== null) {
        command
          .output(cover.soundPath)
          .outputOptions(['-map', '0:a:0', '-frames:a', '20', '-ac', '2', '-ar', '8000', '-c:a', 'pcm_s16le'])
          .outputFormat('s16le')
      }
      await layRangeTable(folder, cover.picture.dynamicRange)
      const limits = { cpuSeconds: coverDeadlineMs / 1_000, memoryBytes: 2 * gigabyte, fileBytes: maxCoverBytes }
      const { end } = await runFfmpeg(command, { folder, deadlineMs: coverDeadlineMs, limits, isAwaited: true })
      if (end !== 'well') return false
      // Without a frame there is an empty file or none, depending on the version.
      return stat(outputPath).then(
        ({ size }) => size > 0,
        () => false,
      )
    },

    /** Whether any of the sound can be decoded, wherever it begins. */
    async hears({ path, ...file }: MediaFile): Promise<boolean> {
      const soundPath = `${path}.sound`
      const command = createCommand(path)
        .inputOptions(guards({ path, ...file }))
        .output(soundPath)
        .outputOptions(['-map', '0:a:0', '-frames:a', '20', '-ac', '2', '-ar', '8000', '-c:a', 'pcm_s16le'])
        .outputFormat('s16le')
      const limits = { cpuSeconds: probeDeadlineMs / 1_000, memoryBytes: gigabyte, fileBytes: megabyte }
      const settings = { folder: dirname(path), deadlineMs: probeDeadlineMs, limits, isAwaited: true }
      const { end } = await runFfmpeg(command, settings)
      if (end !== 'well') return false
      return stat(soundPath).then(
        ({ size }) => size > 0,
        () => false,
      )
    },

    /** Decodes a video once and encodes all rungs of its ladder, segmented at the same times. */
    async encodeLadder(file: MediaFile, request: LadderRequest): Promise<Outcome> {
      const { rungs, picture, watermark, deadlineMs, signal, onProgress } = request
      const folder = dirname(file.path)
      await layRangeTable(folder, picture.dynamicRange)
      const seconds = Math.ceil(picture.durationMs / 1_000)
      const command = createCommand(file.path)
        .inputOptions(inputOptions(file, picture))
        .complexFilter([...rungFilters(rungs, picture, watermark), ...soundFilters(rungs, picture)])
      for (const rung of rungs) {
        command
          .output(join(folder, `${rung.side}.m3u8`))
          .outputOptions(['-map', `[rung${rung.side}]`, '-map_metadata', '-1', '-map_chapters', '-1'])
          .outputOptions(picture.hasSound ? ['-map', `[sound${rung.side}]`, ...audioOptions(rung)] : [])
          .outputOptions([...videoOptions(rung, picture), ...lengthOptions(picture)])
          .outputOptions(segmentOptions(join(folder, `${rung.side}.mp4`)))
          .outputFormat('hls')
      }
      // The encoder's bit rate limits the size; a larger file is not from the encoder.
      const fileBytes = Math.max(...rungs.map((rung) => (rung.maxBitRate / 8) * seconds * 2)) + 16 * megabyte
      const limits = { cpuSeconds: (deadlineMs / 1_000) * 2, memoryBytes: 3 * gigabyte, fileBytes }
      return runFfmpeg(command, { folder, deadlineMs, limits, signal, onOutput: readProgress(onProgress) })
    },

    /** Remuxes a file made by `encodeLadder` into one mp4 that plays while it downloads. */
    async joinFragments(path: string, outputPath: string, signal: AbortSignal): Promise<Outcome> {
      const command = createCommand(path)
        .inputOptions(['-v', 'error', '-protocol_whitelist', 'file', '-format_whitelist', 'mov,mp4', '-f', 'mov'])
        .output(outputPath)
        .outputOptions(['-map', '0', '-c', 'copy', '-map_metadata', '-1', '-movflags', '+faststart+write_colr'])
        .outputFormat('mp4')
      const fileBytes = 2 * (await stat(path)).size + megabyte
      const limits = { cpuSeconds: 60, memoryBytes: gigabyte, fileBytes }
      return runFfmpeg(command, { folder: dirname(path), deadlineMs: 120_000, limits, signal })
    },
  }
}

/** Writes the look-up table for the filters next to the video. */
async function layRangeTable(folder: string, range: DynamicRange): Promise<void> {
  if (range !== 'standard') await writeFile(join(folder, rangeTableFile), standardRangeTable(range))
}

/** The command line built by fluent-ffmpeg, for which it has no public method. */
function argumentsOf(command: FfmpegCommand): string[] {
  return (command as unknown as { _getArguments(): string[] })._getArguments()
}

/** What the header says about the streams, for the report. The duration in a Matroska header is that of all streams. */
function announcedBy({ picture, sound, hasOthers }: ChosenTracks, demuxer: string): Announced {
  const hasPromises = demuxer === 'mov'
  const ends = { pictureEndMs: picture.endMs, soundEndMs: sound?.endMs ?? null }
  return { turn: picture.turn, ...ends, hasPromises, lengthCounts: !hasPromises && !hasOthers }
}

/** Demuxers with more than one name. */
const formats: Readonly<Record<string, string>> = { mov: 'mov,mp4', matroska: 'matroska,webm' }

/** The only decoders that support transparency. */
const alphaDecoders: Readonly<Record<string, string>> = { vp8: 'libvpx', vp9: 'libvpx-vp9' }
const pictureDecoders = ['mjpeg', 'png', 'webp']

const megabyte = 1024 * 1024
const gigabyte = 1024 * megabyte
/** Room for the packets of ten minutes at 240 frames per second. */
const maxReportBytes = 12 * megabyte
const maxCoverBytes = 8 * megabyte
const maxAllocationBytes = 256 * megabyte
