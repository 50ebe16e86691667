import { copyFile, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { publicBucket, type ObjectStore } from '../../../platform/object-store.ts'
import { createTemporaryFolder } from '../publishing/temporary-folder.ts'
import type { FailureCode } from '../videos/failure-reason.ts'
import { headLength, recognizeContainer } from './container.ts'
import type { Ffmpeg, MediaFile } from './ffmpeg.ts'
import { ladderOf, plainRung } from './ladder.ts'
import type { Watermark } from './picture-filters.ts'
import { reportProgress } from './report-progress.ts'
import type { Transcoding as Task, TranscodingRepository } from './repository.ts'
import type { Outcome } from './sandbox.ts'
import { storeRenditions } from './store-renditions.ts'

/** What transcoding needs. */
export interface Transcoding {
  readonly transcodings: TranscodingRepository
  readonly objectStore: ObjectStore
  readonly ffmpeg: Ffmpeg
  /** The font of watermarks; null draws none. */
  readonly watermarkFont: string | null
}

/** Why an attempt failed. */
export class TranscodingFailure extends Error {
  readonly code: FailureCode

  constructor(code: FailureCode, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Makes the renditions of a published video and shows them. A video that is ready, has failed, or is gone is left alone, so
 * this can be done twice, also at the same time.
 *
 * @throws TranscodingFailure, or whatever the stores throw.
 */
export async function transcode(transcoding: Transcoding, videoId: string, signal: AbortSignal): Promise<void> {
  const task = await transcoding.transcodings.begin(videoId)
  if (!task) return
  await using folder = await createTemporaryFolder()
  const { ffmpeg, objectStore, transcodings } = transcoding

  const file = await fetchOriginal(objectStore, task, folder.path)
  const picture = await ffmpeg.probe(file)
  if (!picture || typeof picture === 'string')
    throw new TranscodingFailure('UNREADABLE', `the file is ${picture ?? 'blind'}`)
  const rungs = ladderOf(picture)
  const watermark = await prepareWatermark(transcoding, task, folder.path)
  await using progress = reportProgress(transcodings, videoId, picture.durationMs)
  const deadlineMs = 5 * 60_000 + 10 * picture.durationMs
  const request = {
    rungs,
    picture,
    watermark,
    deadlineMs,
    signal,
    onProgress: (seconds: number) => progress.reached(seconds),
  }
  expectWell(await ffmpeg.encodeLadder(file, request))
  const plain = join(folder.path, `${plainRung(rungs).side}.mp4`)
  expectWell(await ffmpeg.joinFragments(plain, join(folder.path, 'plain.mp4'), signal))
  const renditions = await storeRenditions(objectStore, folder.path, videoId, rungs, picture)
  await progress[Symbol.asyncDispose]()
  await transcodings.finish(task, renditions)
}

async function fetchOriginal(objectStore: ObjectStore, { playKey }: Task, folder: string): Promise<MediaFile> {
  const path = join(folder, 'original')
  await objectStore.download(publicBucket, playKey, path)
  await using file = await open(path)
  const { buffer } = await file.read(Buffer.alloc(headLength), 0, headLength, 0)
  const container = recognizeContainer(buffer)
  if (!container) throw new TranscodingFailure('UNREADABLE', 'the file is no video')
  return { path, container }
}

/** Lays text and font beside the video, for a program that sees nothing else. */
async function prepareWatermark(
  { watermarkFont }: Transcoding,
  { authorName }: Task,
  folder: string,
): Promise<Watermark | null> {
  if (watermarkFont === null || authorName === null) return null
  await copyFile(watermarkFont, join(folder, 'font'))
  await writeFile(join(folder, 'name'), `@${authorName}`)
  return { textFile: 'name', fontFile: 'font' }
}

function expectWell({ end, complaints }: Outcome): void {
  if (end === 'well') return
  throw new TranscodingFailure(end === 'too slow' ? 'TOO_SLOW' : 'UNREADABLE', `ffmpeg ended ${end}: ${complaints}`)
}
