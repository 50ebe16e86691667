import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Client } from 'minio'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startMissingServices, type Services } from './services.ts'

let dataDir: string
let lines: string[]
beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'embedded-services-test-')), 'data')
  lines = []
})
afterEach(() => rm(join(dataDir, '..'), { recursive: true, force: true }))

const log = (line: string) => void lines.push(line)
const embedded = () => ({ dataDir, allowEmbedded: true, host: '127.0.0.1' })

const configured = {
  databaseUrl: 'postgres://app:password@database/app',
  redisUrl: 'redis://cache',
  objectStoreUrl: 'https://objects',
  objectStoreAccessKey: 'access',
  objectStoreSecretKey: 'secret-key',
}

test('a machine with nothing but Node gets every service, and keeps its data from one start to the next', async () => {
  const first = await startMissingServices(embedded(), log)
  await write(first)
  expect(lines).toEqual(first.sources.map(({ name, source }) => `${name}: ${source}`))
  expect(first.sources.map(({ name }) => name)).toEqual(['postgres', 'redis', 'object store', 'ffmpeg'])
  expect(lines.join('\n')).not.toContain(first.objectStore.secretKey)
  await first[Symbol.asyncDispose]()

  await using second = await startMissingServices(embedded(), log)
  expect(second.objectStore.secretKey).toBe(first.objectStore.secretKey)
  expect(await read(second)).toEqual({ row: 'kept', object: 'kept' })
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
})

test('what is configured is used, and nothing is started in its place', async () => {
  await using services = await startMissingServices({ ...embedded(), ...configured }, log)
  expect(services).toMatchObject({
    databaseUrl: configured.databaseUrl,
    redisUrl: configured.redisUrl,
    objectStore: { url: configured.objectStoreUrl, accessKey: 'access', secretKey: 'secret-key' },
  })
  expect(lines.slice(0, 3)).toEqual([
    'postgres: configured by DATABASE_URL',
    'redis: configured by REDIS_URL',
    'object store: configured by MINIO_ENDPOINT',
  ])
  expect(existsSync(join(dataDir, 'postgres'))).toBe(false)
})

test('production names every setting that is missing and starts nothing', async () => {
  const production = { ...embedded(), allowEmbedded: false }
  await expect(startMissingServices(production, log)).rejects.toThrow(
    'Set DATABASE_URL, REDIS_URL, MINIO_ENDPOINT, MINIO_ACCESS_KEY, and MINIO_SECRET_KEY: this process may not start services of its own.',
  )
  await expect(startMissingServices({ ...production, ...configured, redisUrl: undefined }, log)).rejects.toThrow(
    'Set REDIS_URL: ',
  )
  expect(existsSync(dataDir)).toBe(false)
})

test('an object store is not used without its keys', async () => {
  const settings = { ...embedded(), ...configured, objectStoreSecretKey: undefined }
  await expect(startMissingServices(settings, log)).rejects.toThrow(
    'Set MINIO_SECRET_KEY: MINIO_ENDPOINT requires its keys.',
  )
})

test('when one service cannot start, the others are stopped again', async () => {
  const broken = { ...embedded(), ffmpegPath: join(dataDir, 'no-ffmpeg') }
  await expect(startMissingServices(broken, log)).rejects.toThrow('FFMPEG_PATH is set to')
  expect(existsSync(join(dataDir, 'postgres/data/postmaster.pid'))).toBe(false)
  expect(await readFile(join(dataDir, 'postgres/server.log'), 'utf8')).toContain('database system is shut down')

  await using services = await startMissingServices(embedded(), log)
  expect(services.sources).toHaveLength(4)
})

async function write(services: Services): Promise<void> {
  const client = await openDatabase(services)
  await client.query(`create table words as select 'kept' as word`)
  await client.end()
  const redis = new Redis(services.redisUrl)
  expect(await redis.ping()).toBe('PONG')
  redis.disconnect()
  const store = openStore(services)
  await store.makeBucket('words')
  await store.putObject('words', 'word', 'kept')
}

async function read(services: Services): Promise<{ row: unknown; object: string }> {
  const client = await openDatabase(services)
  const { rows } = await client.query<{ word: string }>('select word from words')
  await client.end()
  const parts = await (await openStore(services).getObject('words', 'word')).toArray()
  return { row: rows[0]?.word, object: Buffer.concat(parts as Buffer[]).toString() }
}

async function openDatabase({ databaseUrl }: Services): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  return client
}

function openStore({ objectStore: { url, accessKey, secretKey } }: Services): Client {
  const { hostname, port } = new URL(url)
  return new Client({ endPoint: hostname, port: Number(port), useSSL: false, accessKey, secretKey })
}
