import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startEmbeddedPostgres } from './postgres.ts'
import { findRunningPostgres } from './postgres/address.ts'
import { readServerStatus } from './postgres/status.ts'
import { isRunning } from './processes/identity.ts'
import { typescriptLoader } from '../testing/typescript.ts'
import { waitUntil } from './processes/wait-until.ts'

// One folder for all tests, like one installation: only the first start has to set it up.
let directory: string
let lines: string[]

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'embedded-postgres-test-'))
})
beforeEach(() => {
  lines = []
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const start = (options: { port?: number; durable?: boolean } = {}) =>
  startEmbeddedPostgres({ directory, log: (line) => lines.push(line), ...options })

describe('an embedded PostgreSQL', () => {
  test('keeps data and password from one start to the next', async () => {
    const first = await start()
    await query(first.url, `create table words as select 'Ärger 视频' as word`)
    await first[Symbol.asyncDispose]()

    await using second = await start()
    expect(await query(second.url, 'select upper(word) as upper, char_length(word) as length from words')).toEqual([
      { upper: 'ÄRGER 视频', length: 8 },
    ])
    expect(new URL(second.url).password).toBe(new URL(first.url).password)
  })

  test('is found by another process while it runs', async () => {
    await using postgres = await start({ durable: false })
    expect(await findRunningPostgres(directory)).toBe(postgres.url)
    await postgres[Symbol.asyncDispose]()
    expect(await findRunningPostgres(directory)).toBeUndefined()
  })

  test('waits for the disk at every commit unless told otherwise', async () => {
    await using durable = await start()
    expect(await settings(durable.url)).toEqual({ fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' })
    await durable[Symbol.asyncDispose]()

    await using quick = await start({ durable: false })
    expect(await settings(quick.url)).toMatchObject({ fsync: 'off', synchronous_commit: 'off' })
  })

  test('opens to its password only, which nobody else can read', async () => {
    await using postgres = await start({ durable: false })
    const url = new URL(postgres.url)
    url.password = 'guess'
    await expect(query(url.href, 'select 1')).rejects.toThrow('password authentication failed')
    expect((await stat(join(directory, 'password'))).mode & 0o777).toBe(0o600)
    expect(postgres.source).not.toContain(new URL(postgres.url).password)
  })

  test('belongs to one process at a time', async () => {
    await using postgres = await start({ durable: false })
    await expect(start()).rejects.toThrow(`The folder ${directory} is in use by process ${process.pid}`)
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('is found by other processes while it runs', async () => {
    expect(await findRunningPostgres(directory)).toBeUndefined()
    const postgres = await start({ durable: false })
    expect(await findRunningPostgres(directory)).toBe(postgres.url)
    await postgres[Symbol.asyncDispose]()
    expect(await findRunningPostgres(directory)).toBeUndefined()
  })

  test('says which port is taken', async () => {
    const stranger = createServer().listen(0, '127.0.0.1')
    await once(stranger, 'listening')
    const { port } = stranger.address() as AddressInfo
    await expect(start({ port, durable: false })).rejects.toThrow(new RegExp(`port ${port} .*Address already in use$`))
    stranger.close()
  })

  test('says that its folder cannot be written', async () => {
    const file = join(directory, 'file')
    await writeFile(file, '')
    await expect(startEmbeddedPostgres({ directory: join(file, 'postgres'), log: () => undefined })).rejects.toThrow(
      `The folder ${join(file, 'postgres')} cannot hold data: a part of its path is a file.`,
    )
  })

  test('refuses the data of another major version and leaves it alone', async () => {
    await (await start({ durable: false }))[Symbol.asyncDispose]()
    const version = join(directory, 'data/PG_VERSION')
    const written = await readFile(version, 'utf8')
    await writeFile(version, '9\n')
    await expect(start()).rejects.toThrow('was written by PostgreSQL 9')
    expect(await readFile(version, 'utf8')).toBe('9\n')
    await writeFile(version, written)
  })

  test('opens data that was restored from a copy', async () => {
    const original = await start({ durable: false })
    await query(original.url, 'create table restored as select 1 as one')
    await original[Symbol.asyncDispose]()
    await cp(join(directory, 'data'), join(directory, 'copy'), { recursive: true })
    await rm(join(directory, 'data'), { recursive: true })
    await rename(join(directory, 'copy'), join(directory, 'data'))

    await using restored = await start({ durable: false })
    expect(await query(restored.url, 'select one from restored')).toEqual([{ one: 1 }])
  })

  test('ends with its owner and loses nothing when that one is killed', async () => {
    const { owner, url } = await startOwner()
    await query(url, 'create table survived as select 1 as one')
    const server = readServerStatus(join(directory, 'data'))?.pid ?? 0
    await kill(owner)
    expect(await waitUntil(() => !isRunning(server), 10_000)).toBe(true)

    await using next = await start()
    expect(await query(next.url, 'select one from survived')).toEqual([{ one: 1 }])
  })

  test('recovers every commit when it is killed together with its owner', async () => {
    const { owner, url } = await startOwner()
    await query(url, 'create table recovered as select 1 as one')
    const killed = kill(owner)
    process.kill(readServerStatus(join(directory, 'data'))?.pid ?? 0, 'SIGKILL')
    await killed

    await using next = await start()
    expect(await query(next.url, 'select one from recovered')).toEqual([{ one: 1 }])
  })

  test('takes over from a server that outlived its owner', async () => {
    const left = await start()
    await query(left.url, 'create table inherited as select 1 as one')
    await writeFile(join(directory, 'owner'), '999999999 1')

    await using next = await start()
    expect(await query(next.url, 'select one from inherited')).toEqual([{ one: 1 }])
    expect(lines).toContainEqual(expect.stringContaining('which had outlived its owner'))
    await left[Symbol.asyncDispose]()
  })

  test('says when it dies, and serves again at the same address', async () => {
    await using postgres = await start()
    await query(postgres.url, 'create table outlived as select 1 as one')
    process.kill(readServerStatus(join(directory, 'data'))?.pid ?? 0, 'SIGKILL')
    await expect
      .poll(() => lines, { timeout: 60_000 })
      .toContainEqual(expect.stringMatching(/the server died \(SIGKILL.*\) and is being restarted/))
    const answer = () => query(postgres.url, 'select one from outlived').catch(() => 'none')
    await expect.poll(answer, { timeout: 120_000 }).toEqual([{ one: 1 }])
  })
})

/** A process that starts the server and then stays alive. */
async function startOwner(): Promise<{ owner: ChildProcess; url: string }> {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./postgres.ts', import.meta.url).href)}
    const service = await startEmbeddedPostgres({ directory: process.argv[1], log: () => undefined })
    process.send(service.url)`
  const owner = spawn(process.execPath, [...typescriptLoader, '--input-type=module', '--eval', program, directory], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [url] = (await once(owner, 'message')) as [string]
  return { owner, url }
}

async function kill(owner: ChildProcess): Promise<void> {
  const ended = once(owner, 'exit')
  owner.kill('SIGKILL')
  await ended
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  // A server that stops sends an error to the clients that are still connected.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows
  } finally {
    await client.end()
  }
}

async function settings(url: string): Promise<unknown> {
  const names = `'fsync', 'synchronous_commit', 'full_page_writes'`
  const [row] = await query(
    url,
    `select json_object_agg(name, setting) as all from pg_settings where name in (${names})`,
  )
  return (row as { all: unknown }).all
}
