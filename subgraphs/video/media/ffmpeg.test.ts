import { randomUUID } from 'node:crypto'
import { chmod, copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, inject, it, vi } from 'vitest'
import { makeClip, type ClipOptions } from '../../../testing/clips.ts'
import { colourOf } from './colour.ts'
import { recognizeContainer, type Container } from './container.ts'
import { openFfmpeg, type CoverRequest, type FfmpegOptions, type MediaFile } from './ffmpeg.ts'
import { ladderOf } from './ladder.ts'
import { upright } from './orientation.ts'
import { selectTracks } from './select-tracks.ts'

const mp4: Container = { demuxer: 'mov', contentType: 'video/mp4', extension: 'mp4' }

/** A request for the first frame, with a miniature. */
function atStart(folder: string, changes: Partial<CoverRequest> = {}): CoverRequest {
  const miniature = { width: 9, height: 16, path: join(folder, 'miniature') }
  const picture: CoverRequest['picture'] = {
    ...{ codec: 'h264', width: 180, height: 320, startSeconds: 0, durationMs: 1_000, isCutOff: false },
    ...{ steadyRate: '25/1', dynamicRange: 'standard', colour: colourOf({}, 180, 320), turn: upright },
    ...{ fields: null, hasAlpha: false, hasSound: false },
  }
  const size = { width: 90, height: 160 }
  return { picture, choice: 'exactly', atMs: 0, ...size, miniature, soundPath: null, ...changes }
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ffmpeg-test-'))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

/** Puts a clip into the folder in which programs work, with its streams. */
async function place(options: ClipOptions): Promise<MediaFile> {
  const clip = await makeClip(options)
  const path = join(folder, `${randomUUID()}${extname(clip)}`)
  await copyFile(clip, path)
  const selection = await selectTracks(path, recognizeContainer(await readFile(path)) ?? mp4)
  if ('reason' in selection) throw new Error(selection.reason)
  return selection.file
}

function open(options: Partial<FfmpegOptions> = {}) {
  return openFfmpeg({ ...inject('services'), maxSide: 1_280, ...options })
}

/** The size of a JPEG, from its SOF0 segment (ITU T.81 §B.2.2). */
async function jpegSize(path: string): Promise<{ width: number; height: number }> {
  const bytes = await readFile(path)
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0, 0x00, 0x11]))
  return { height: bytes.readUInt16BE(frame + 5), width: bytes.readUInt16BE(frame + 7) }
}

it.each(['mp4', 'mov', 'webm', 'mkv'] as const)('looks into %s and takes a cover', async (container) => {
  const file = await place({ container })
  const ffmpeg = open()
  expect(await ffmpeg.probe(file)).toMatchObject({ width: 180, height: 320, isCutOff: false })
  const cover = join(folder, `${container}.jpg`)
  expect(await ffmpeg.takeCover(file, atStart(folder, { atMs: 100 }), cover)).toBe(true)
  expect(await jpegSize(cover)).toEqual({ width: 90, height: 160 })
})

it('turns a cover upright', async () => {
  const file = await place({ width: 320, height: 180, rotate: 270 })
  const ffmpeg = open()
  const picture = await ffmpeg.probe(file)
  if (!picture || typeof picture === 'string') throw new Error('it is a picture')
  expect(picture).toMatchObject({ width: 180, height: 320 })
  const cover = join(folder, 'turned.jpg')
  await ffmpeg.takeCover(file, atStart(folder, { picture, width: 180, height: 320 }), cover)
  expect(await jpegSize(cover)).toEqual({ width: 180, height: 320 })
})

it('has no cover for a moment behind the end', async () => {
  const file = await place({})
  expect(await open().takeCover(file, atStart(folder, { atMs: 60_000 }), join(folder, 'late.jpg'))).toBe(false)
})

it('does not decode a picture that is larger than the limit', async () => {
  const file = await place({ width: 640, height: 640 })
  const ffmpeg = open({ maxSide: 320 })
  expect(await ffmpeg.probe(file)).toBe('picture too large')
  expect(await ffmpeg.takeCover(file, atStart(folder), join(folder, 'large.jpg'))).toBe(false)
})

it('reads a file as what it was recognized to be, and as nothing else', async () => {
  const path = join(folder, 'playlist.mp4')
  await writeFile(path, `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${(await place({})).path}\n#EXT-X-ENDLIST\n`)
  expect(await open().probe({ path, container: mp4 })).toBe('damaged')
  expect(await open().takeCover({ path, container: mp4 }, atStart(folder), join(folder, 'no.jpg'))).toBe(false)
})

it('knows no decoders but those of the streams that were chosen', async () => {
  const file = await place({})
  const asked = { ...file, tracks: { ...file.tracks, picture: { ...file.tracks?.picture, codec: 'vp9' } } } as MediaFile
  expect(await open().probe(file)).toMatchObject({ codec: 'h264' })
  expect(await open().probe(asked)).toBe('damaged')
})

it('starts programs without a trace of its own environment', async () => {
  vi.stubEnv('ACCESS_TOKEN_SECRETS', 'not for strangers')
  const seen = join(folder, 'environment')
  const spy = async (program: string, name: string) => script(name, `env >> ${seen}\nexec ${program} "$@"`)
  const { ffmpegPath, ffprobePath } = inject('services')
  const ffmpeg = open({
    ffmpegPath: await spy(ffmpegPath, 'ffmpeg-spy'),
    ffprobePath: await spy(ffprobePath, 'ffprobe-spy'),
  })
  const file = await place({})
  expect(await ffmpeg.probe(file)).toMatchObject({ codec: 'h264' })
  expect(await ffmpeg.takeCover(file, atStart(folder), join(folder, 'spied.jpg'))).toBe(true)
  const names = (await readFile(seen, 'utf8')).split('\n').map((line) => line.split('=')[0])
  expect(names).toContain('PWD')
  expect(new Set(names)).toEqual(new Set(['PWD', 'SHLVL', '_', 'OLDPWD', ''].filter((name) => names.includes(name))))
})

it.runIf(process.platform !== 'win32')('has the system limit every program, whatever it is started for', async () => {
  // It cannot write a byte, only create an empty file.
  const limited = (program: string, name: string) =>
    script(name, `: > "${name} $(ulimit -t) $(ulimit -v) $(ulimit -f) $(ulimit -n)"\nexec ${program} "$@"`)
  const { ffmpegPath, ffprobePath } = inject('services')
  const ffmpeg = open({
    ffmpegPath: await limited(ffmpegPath, 'limited-ffmpeg'),
    ffprobePath: await limited(ffprobePath, 'limited-ffprobe'),
  })
  const file = await place({})
  const seen = async () => (await readdir(folder)).filter((name) => /^limited-\w+ /.test(name)).sort()

  const picture = await ffmpeg.probe(file)
  if (!picture || typeof picture === 'string') throw new Error('it is a picture')
  expect(await seen()).toEqual(['limited-ffprobe 15 1048576 0 64'])
  expect(await ffmpeg.takeCover(file, atStart(folder), join(folder, 'limited.jpg'))).toBe(true)
  const { signal } = new AbortController()
  const request = {
    rungs: ladderOf(picture),
    picture,
    watermark: null,
    deadlineMs: 60_000,
    signal,
    onProgress: () => 0,
  }
  expect((await ffmpeg.encodeLadder(file, request)).end).toBe('well')
  expect((await ffmpeg.joinFragments(join(folder, '180.mp4'), join(folder, 'plain.mp4'), signal)).end).toBe('well')
  const [encoding, cover, joining, ...rest] = (await seen()).filter((name) => name.startsWith('limited-ffmpeg'))
  expect(encoding).toMatch(/^limited-ffmpeg 120 3145728 \d+ 64$/)
  expect(cover).toBe('limited-ffmpeg 30 2097152 16384 64')
  expect(joining).toMatch(/^limited-ffmpeg 60 1048576 \d+ 64$/)
  expect(rest).toEqual([])
})

it('kills programs that do not come to an end', async () => {
  const { ffmpegPath } = inject('services')
  const sleeper = await script(
    'sleeper',
    'case "$*" in *-formats*|*-encoders*) exec ' + ffmpegPath + ' "$@";; esac\nexec sleep 60',
  )
  const ffmpeg = open({ ffmpegPath: sleeper, ffprobePath: sleeper, probeDeadlineMs: 300, coverDeadlineMs: 2_000 })
  const file = await place({})
  expect(await ffmpeg.probe(file)).toBe('damaged')
  expect(await ffmpeg.takeCover(file, atStart(folder), join(folder, 'never.jpg'))).toBe(false)
})

it('does not blame a file for a program that is missing', async () => {
  const missing = join(folder, 'missing')
  const ffmpeg = open({ ffmpegPath: missing, ffprobePath: missing })
  const file = await place({})
  await expect(ffmpeg.probe(file)).rejects.toThrow('ENOENT')
  await expect(ffmpeg.takeCover(file, atStart(folder), join(folder, 'none.jpg'))).rejects.toThrow('ENOENT')
})

async function script(name: string, body: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\n${body}\n`)
  await chmod(path, 0o755)
  return path
}
