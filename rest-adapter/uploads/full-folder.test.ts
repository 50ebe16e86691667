import { mkdtemp, rm } from 'node:fs/promises'
import type * as FileSystem from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createLogger } from '../../platform/runtime/logger.ts'
import { createFakeGraph } from '../../testing/fake-graph.ts'
import { createRestClient, type RestAnswer } from '../../testing/rest-client.ts'
import { createRestAdapter } from '../server.ts'

const { failing } = vi.hoisted(() => ({ failing: { open: '', write: '' } }))

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>()
  const fail = (code: string): void => {
    if (code !== '') throw Object.assign(new Error(`${code}: no more`), { code })
  }
  const open = (...parameters: Parameters<typeof real.open>) =>
    Promise.resolve().then(() => (fail(failing.open), real.open(...parameters)))
  const writeFile = (...parameters: Parameters<typeof real.writeFile>) =>
    Promise.resolve().then(() => (fail(failing.write), real.writeFile(...parameters)))
  return { ...real, open, writeFile }
})

const sentence = '服务器存储空间不足，请稍后再试。'

async function publish(): Promise<RestAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'full-folder-'))
  const app = await createRestAdapter({
    execute: createFakeGraph({ Viewer: () => ({ viewer: { id: '7' } }) }).execute,
    objectStoreAddress: { url: 'http://127.0.0.1:9', accessKey: '', secretKey: '' },
    trustedProxies: [],
    allowedOrigins: 'any',
    shedLoadAfterMs: 0,
    callsPerMinute: 0,
    uploadsAtOnce: 2,
    uploadsAtOncePerAddress: 2,
    maxUploadBytes: 1_000_000,
    feed: 'latest',
    uploadFolder: folder,
    log: createLogger('silent', 'test'),
  })
  onTestFinished(async () => {
    Object.assign(failing, { open: '', write: '' })
    await app.close()
    await rm(folder, { recursive: true, force: true })
  })
  const client = createRestClient(await app.listen({ host: '127.0.0.1', port: 0 }))
  const parts = [
    { name: 'data', fileName: 'clip.mp4', content: 'a video' },
    { name: 'token', content: 'mine' },
  ]
  return client.call('POST', '/douyin/publish/action/', { parts })
}

it.each([
  ['a disk that is full', { write: 'ENOSPC' }],
  ['a quota that is used up', { write: 'EDQUOT' }],
  ['no descriptor that is free', { open: 'EMFILE' }],
])('tells the sender of a video about %s, in the contract’s form', async (_, codes) => {
  Object.assign(failing, codes)
  const { httpStatus, body } = await publish()
  expect([httpStatus, body]).toEqual([200, { status_code: 503, status_msg: sentence }])
})
