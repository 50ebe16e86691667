import { appendFile, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { register } from '../start/people.ts'
import { makeClip } from './clips.ts'
import { createTestDatabase } from './database.ts'
import { serviceSettings } from './network.ts'
import { startProcess } from './system-process.ts'

const megabyte = 2 ** 20

/** A playable file of a given size: a clip followed by a box of type `free`, which players skip (ISO/IEC 14496-12 §8.1.2). */
async function makeLargeClip(bytes: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'short-video-large-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'large.mp4')
  await copyFile(await makeClip({}), path)
  const header = Buffer.alloc(8)
  header.writeUInt32BE(bytes)
  header.write('free', 4)
  await appendFile(path, header)
  for (let left = bytes - header.length; left > 0; left -= megabyte) {
    await appendFile(path, Buffer.alloc(Math.min(megabyte, left), left))
  }
  return path
}

/** The peak memory of a process, in bytes (proc(5)). */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

it.runIf(process.platform === 'linux')(
  'publishes a file of 100 MB within a heap of 100 MB, and its memory does not grow with the file',
  { timeout: 180_000 },
  async () => {
    await using database = await createTestDatabase()
    await using system = startProcess('all', {
      ...serviceSettings(database.url),
      SEED: 'false',
      NODE_OPTIONS: '--max-old-space-size=100',
    })
    const restUrl = new URL(/http\S+/.exec(await system.line(/^ +REST +http/))?.[0] ?? '').origin
    const graphqlUrl = /http\S+/.exec(await system.line(/^ +GraphQL +http/))?.[0] ?? ''
    const alice = await register({ restUrl, graphqlUrl }, 'alice', 'password')
    // The first publications load code and grow the heap.
    await alice.publishes('small', await makeClip({}))
    await alice.publishes('larger', await makeLargeClip(30 * megabyte))

    const before = await peakMemory(system.child.pid ?? 0)
    await alice.publishes('large', await makeLargeClip(100 * megabyte))
    expect((await peakMemory(system.child.pid ?? 0)) - before).toBeLessThan(50 * megabyte)

    const { video_list: videos } = await alice.calls<{ video_list: { title: string; play_url: string }[] }>(
      'GET',
      '/douyin/publish/list/',
    )
    const played = await fetch(videos[0]?.play_url ?? '', { method: 'HEAD' })
    expect(Number(played.headers.get('content-length'))).toBeGreaterThan(100 * megabyte)
  },
)
