import { copyFile, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IdGenerator } from '../../../platform/postgres/id-generator.ts'
import type { ObjectStore } from '../../../platform/storage/object-store.ts'
import { bucketOf, folderOf, renditionFolder } from '../storage/object-keys.ts'
import { objectsOfVideo } from '../storage/video-objects.ts'
import { createTemporaryFolder } from '../storage/temporary-folder.ts'
import type { FailureCode } from '../videos/failure-reason.ts'
import { headLength, recognizeContainer } from '../media/container.ts'
import type { Ffmpeg } from '../media/ffmpeg.ts'
import { ladderOf, plainRung } from '../media/ladder.ts'
import { openVideo, withoutSound, type OpenVideo, type Unusable } from '../media/open-video.ts'
import type { Watermark } from '../media/picture-filters.ts'
import { reportProgress } from './report-progress.ts'
import type { Transcoding as Task, TranscodingRepository } from './transcoding-repository.ts'
import type { Outcome } from '../media/sandbox.ts'
import { isRendition, storeRenditions } from './store-renditions.ts'

export interface Transcoding {
  readonly transcodings: TranscodingRepository
  /** For the notifications of authors. */
  readonly ids: Pick<IdGenerator, 'next'>
  readonly objectStore: ObjectStore
  readonly ffmpeg: Ffmpeg
  /** The font of watermarks; null disables them. */
  readonly watermarkFont: string | null
}

/** Why an attempt failed. */
export class TranscodingFailure extends Error {
  readonly code: FailureCode
  /** Whether a retry would fail in the same way. */
  readonly isFinal: boolean

  constructor(code: FailureCode, message: string, { isFinal = true } = {}) {
    super(message)
    this.code = code
    this.isFinal = isFinal
  }
}

/**
 * Makes the renditions of a published video and publishes them. Skips videos that are ready or have failed, unless they are to
 * be transcoded again; the old renditions are then played until the new ones are ready. Skips deleted videos in any case. May
 * run twice, also concurrently.
 *
 * @throws TranscodingFailure, or any error of the stores.
 */
export async function transcode(
  transcoding: Transcoding,
  { videoId, isAnew, signal }: { readonly videoId: string; readonly isAnew: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const task = await transcoding.transcodings.begin(videoId, isAnew)
  if (!task) return
  await using folder = await createTemporaryFolder()
  const { objectStore, transcodings, ids } = transcoding

  const opened = await fetchOriginal(transcoding, task, folder.path)
  const watermark = await prepareWatermark(transcoding, task, folder.path)
  const { picture } = await encode(transcoding, { task, opened, watermark, folder: folder.path, signal })
  const rungs = ladderOf(picture)
  for (let { playKey } = task; ;) {
    const target = renditionFolder(videoId, playKey)
    const renditions = await storeRenditions(objectStore, folder.path, target, rungs, picture)
    const movedTo = await transcodings.finish({ ...task, playKey }, renditions, ids.next())
    if (movedTo === null) return
    // Its visibility changed meanwhile, and with it the place of its files.
    for (const { key } of await objectsOfVideo(objectStore, videoId)) {
      if (isRendition(key) && folderOf(key) === target) await objectStore.remove(bucketOf(key), key)
    }
    playKey = movedTo
  }
}

interface Encoding {
  readonly task: Task
  readonly opened: OpenVideo
  readonly watermark: Watermark | null
  readonly folder: string
  readonly signal: AbortSignal
}

/** Encodes all rungs and the plain file; if the sound cannot be decoded, with another sound track or without sound. */
async function encode(transcoding: Transcoding, encoding: Encoding): Promise<OpenVideo> {
  const { task, opened, watermark, folder, signal } = encoding
  const { ffmpeg, transcodings } = transcoding
  const { picture, selection } = opened
  const rungs = ladderOf(picture)
  await using progress = reportProgress(transcodings, task.id, picture.durationMs)
  const deadlineMs = 5 * 60_000 + 10 * picture.durationMs
  const onProgress = (seconds: number): void => progress.reached(seconds)
  const outcome = await ffmpeg.encodeLadder(selection.file, {
    rungs,
    picture,
    watermark,
    deadlineMs,
    signal,
    onProgress,
  })
  if (outcome.end === 'failed' && picture.hasSound && !isOutOfRoom(outcome)) {
    return await encode(transcoding, {
      ...encoding,
      opened: expectUsable(await withoutSound(ffmpeg, opened, 'not decodable')),
    })
  }
  expectWell(outcome)
  const plain = join(folder, `${plainRung(rungs).side}.mp4`)
  expectWell(await ffmpeg.joinFragments(plain, join(folder, 'plain.mp4'), signal))
  return opened
}

async function fetchOriginal(
  { objectStore, ffmpeg }: Transcoding,
  { playKey }: Task,
  folder: string,
): Promise<OpenVideo> {
  const path = join(folder, 'original')
  await objectStore.download(bucketOf(playKey), playKey, path)
  await using file = await open(path)
  const { buffer } = await file.read(Buffer.alloc(headLength), 0, headLength, 0)
  const container = recognizeContainer(buffer)
  if (!container) throw new TranscodingFailure('UNREADABLE', 'the file is not a video')
  return expectUsable(await openVideo(ffmpeg, path, container))
}

function expectUsable(video: OpenVideo | Unusable): OpenVideo {
  if ('reason' in video) throw new TranscodingFailure('UNREADABLE', `the file cannot be used: ${video.reason}`)
  return video
}

/** Copies text and font next to the video, because the sandboxed program has access to nothing else. */
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

function expectWell(outcome: Outcome): void {
  const { end, complaints } = outcome
  if (end === 'well') return
  const isFinal = end === 'failed' && !isOutOfRoom(outcome)
  const code = end === 'too slow' ? 'TOO_SLOW' : 'UNREADABLE'
  throw new TranscodingFailure(code, `ffmpeg ended ${end}: ${complaints}`, { isFinal })
}

/** Whether a program failed because of this machine and not because of the file. */
function isOutOfRoom({ complaints }: Outcome): boolean {
  return /No space left|Cannot allocate memory|Too many open files|Resource temporarily unavailable/.test(complaints)
}
