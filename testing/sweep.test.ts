import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { readEnvironment } from '../platform/runtime/environment.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { runSweep } from '../start/sweep.ts'
import { createTestDatabase } from './database.ts'
import { startOwnObjectStore, type OwnObjectStore } from './own-object-store.ts'

let store: OwnObjectStore
let database: Awaited<ReturnType<typeof createTestDatabase>>
beforeAll(async () => {
  store = await startOwnObjectStore()
  database = await createTestDatabase()
})
afterAll(async () => {
  await store[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

/** The output of `npm start -- sweep` with these parameters. */
async function printed(...parameters: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  const environment = readEnvironment({
    DATABASE_URL: database.url,
    MINIO_ENDPOINT: store.url,
    MINIO_ACCESS_KEY: store.accessKey,
    MINIO_SECRET_KEY: store.secretKey,
  })
  await runSweep(environment, parameters, (line) => lines.push(line), createLogger('silent', 'test'))
  return lines
}

const inOrder = ['There are no objects without a row.', 'No row lacks its objects.']

it('`npm start -- sweep` tells what has no row, and removes it with `--remove`', async () => {
  await store.objectStore.upload('media', 'videos/1/lost.mp4', import.meta.filename, 'video/mp4')
  expect(await printed()).toEqual(inOrder)

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 60 * 60 * 1_000 })
  onTestFinished(() => void vi.useRealTimers())
  const told = await printed()
  expect(told[0]).toMatch(/^orphan {2}media\/videos\/1\/lost\.mp4 {2}\d+ bytes$/)
  expect(told.slice(1)).toEqual([
    expect.stringMatching(/^1 objects of \d+ bytes have no row \(npm start -- sweep --remove removes them\)\.$/),
    inOrder[1],
  ])
  expect((await printed('--remove'))[0]).toMatch(/^removed {2}media\/videos\/1\/lost\.mp4/)
  expect(await printed()).toEqual(inOrder)
  expect(await store.everything()).toEqual([])
})

it('`npm start -- sweep` refuses parameters that it does not know', async () => {
  await expect(printed('--delete')).rejects.toThrow('sweep does not accept “--delete”, only --remove.')
})
