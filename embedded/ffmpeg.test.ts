import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findFfmpeg } from './ffmpeg.ts'

const execute = promisify(execFile)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-ffmpeg-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('finds an ffmpeg that makes a video and an ffprobe that understands it', async () => {
  const { ffmpegPath, ffprobePath, source } = await findFfmpeg({})
  expect([ffmpegPath, ffprobePath].every(isAbsolute)).toBe(true)
  expect(source).not.toBe('')

  const video = join(folder, 'video.mp4')
  const inputs = ['-f', 'lavfi', '-i', 'testsrc=size=160x90:duration=0.2', '-f', 'lavfi', '-i', 'sine=duration=0.2']
  await execute(ffmpegPath, [...inputs, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', video], { env: {} })
  const { stdout } = await execute(
    ffprobePath,
    ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'json', video],
    {
      env: {},
    },
  )
  expect(JSON.parse(stdout)).toMatchObject({ streams: [{ codec_name: 'h264' }, { codec_name: 'aac' }] })
})

test('uses the configured programs and no other', async () => {
  const configured = join(folder, 'ffmpeg')
  await writeFile(configured, '#!/bin/sh\n')
  await chmod(configured, 0o755)
  expect(await findFfmpeg({ ffmpegPath: configured })).toMatchObject({ ffmpegPath: configured })

  await expect(findFfmpeg({ ffmpegPath: join(folder, 'nothing') })).rejects.toThrow(
    `FFMPEG_PATH is set to ${join(folder, 'nothing')}, which does not run on this machine.`,
  )
  await expect(findFfmpeg({ ffprobePath: 'no-such-ffprobe' })).rejects.toThrow('FFPROBE_PATH is set to no-such-ffprobe')
})

test("passes over npm's builds where they are not allowed", async () => {
  const outcome = await findFfmpeg({ allowEmbedded: false }).then(
    ({ source }) => source,
    (error: unknown) => String(error),
  )
  expect(outcome).not.toContain('from npm')
  expect(outcome).toMatch(/install it, or set FF(MPEG|PROBE)_PATH\.$|ffprobe$/)
})
