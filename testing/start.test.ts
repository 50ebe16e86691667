import { execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { crowdNames } from '../bench/fairness/crowds.ts'
import { readServerStatus } from '../embedded/postgres/status.ts'
import { isRunning } from '../embedded/processes/identity.ts'
import { createTestDatabase } from './database.ts'
import { startProcess, type SystemProcess } from './system-process.ts'

let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'short-video-start-'))
})

afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true })
})

/** Starts everything with embedded services only, on free ports. */
function startAll(settings: Readonly<Record<string, string>> = {}): SystemProcess {
  const started = startProcess('all', {
    HOST: '127.0.0.1',
    REST_PORT: '0',
    GRAPHQL_PORT: '0',
    OBJECT_STORE_PORT: '0',
    LOG_LEVEL: 'silent',
    DATA_DIR: dataDir,
    // Other tests keep the machine busy.
    SHED_LOAD_AFTER_MS: '0',
    ...settings,
  })
  onTestFinished(() => started[Symbol.asyncDispose]())
  return started
}

interface Feed {
  readonly video_list: readonly {
    readonly id: number
    readonly title: string
    readonly play_url: string
    readonly cover_url: string
    readonly author: { readonly name: string; readonly avatar: string }
    readonly favorite_count: number
    readonly comment_count: number
  }[]
}

async function restUrlOf(system: SystemProcess): Promise<string> {
  const line = await system.line(/^ +REST +http/)
  return new URL(line.trim().split(/\s+/)[1] ?? '').origin
}

async function feedOf(system: SystemProcess): Promise<Feed['video_list']> {
  const response = await fetch(`${await restUrlOf(system)}/douyin/feed/`)
  return ((await response.json()) as Feed).video_list
}

describe('npm start on a machine with Node alone', () => {
  it(
    'fills an empty system with videos that play, survives kill -9, and stops on Ctrl-C',
    { timeout: 180_000 },
    async () => {
      const first = startAll()
      await first.line(/The demo data is ready/)
      const videos = await feedOf(first)
      expect(videos).toHaveLength(8)
      expect(new Set(videos.map((video) => video.title)).size).toBe(8)
      expect(videos.every((video) => video.favorite_count > 0 && video.comment_count > 0)).toBe(true)
      for (const url of videos.flatMap((video) => [video.play_url, video.cover_url, video.author.avatar])) {
        expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
      }

      first.child.kill('SIGKILL')
      await first.ended

      const second = startAll()
      expect((await feedOf(second)).map((video) => video.id)).toEqual(videos.map((video) => video.id))
      second.child.kill('SIGINT')
      expect(await second.ended).toEqual({ code: 0, stderr: '' })
      expect(await processesThatName(dataDir)).toEqual([])
    },
  )

  it('says what to try next, and Sandbox and the curl line work', { timeout: 180_000 }, async () => {
    const system = startAll({ SEED: 'false' })
    const curl = await system.line(/curl '/)
    const url = /'(.+)'/.exec(curl)?.[1] ?? ''
    expect(await (await fetch(url)).json()).toMatchObject({ status_code: 0 })
    const sandbox = /open (\S+)/.exec(await system.line(/Sandbox/))?.[1] ?? ''
    const page = await fetch(sandbox, { headers: { accept: 'text/html' } })
    expect(await page.text()).toContain('embeddable-sandbox')
  })
})

describe('npm start beside another one', () => {
  it('takes free ports where none were asked for, and tells which', { timeout: 180_000 }, async () => {
    const squatter = createServer().listen(9000, '127.0.0.1')
    // If another process listens there already, that is just as good.
    await once(squatter, 'listening').catch(() => undefined)
    onTestFinished(() => void squatter.close())
    const free = { OBJECT_STORE_PORT: '', SEED: 'false', DATA_DIR: join(dataDir, 'beside') }
    const system = startAll(free)
    expect(await system.line(/^Port 9000 is in use; using \d+ instead\. Set OBJECT_STORE_PORT/)).toBeDefined()
    expect(await feedOf(system)).toEqual([])
  })
})

describe('npm start, ended from outside', () => {
  it('ends with npm, even when that one is killed', { timeout: 180_000 }, async () => {
    const folder = join(dataDir, 'npm')
    const npm = spawn('npm', ['start'], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: {
        PATH: process.env['PATH'],
        ...{ HOST: '127.0.0.1', REST_PORT: '0', GRAPHQL_PORT: '0', OBJECT_STORE_PORT: '0' },
        ...{ DATA_DIR: folder, SEED: 'false', LOG_LEVEL: 'silent', npm_config_update_notifier: 'false' },
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onTestFinished(() => void npm.kill('SIGKILL'))
    let printed = ''
    npm.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
    await expect.poll(() => printed, { timeout: 60_000 }).toContain('is running')
    const database = readServerStatus(join(folder, 'postgres/data'))?.pid ?? 0
    expect(isRunning(database)).toBe(true)
    const url = new URL(/REST +(http\S+)/.exec(printed)?.[1] ?? '')
    npm.kill('SIGKILL')
    await expect
      .poll(
        () =>
          fetch(url).then(
            () => 'answers',
            () => 'silent',
          ),
        { timeout: 120_000 },
      )
      .toBe('silent')
    await expect.poll(() => isRunning(database), { timeout: 120_000 }).toBe(false)
  })

  // Only Linux has further addresses to flood from.
  it.runIf(process.platform === 'linux')(
    'ends cleanly and restarts nothing while connections flood it',
    { timeout: 180_000 },
    async () => {
      const folder = join(dataDir, 'flooded')
      const system = startAll({ DATA_DIR: folder, SEED: 'false' })
      const url = await restUrlOf(system)
      const crowd = spawn(process.execPath, ['--import', 'tsx/esm', crowdProcess, crowdNames.flood, url], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => void crowd.kill('SIGKILL'))
      const before = residentBytes(system)
      await once(crowd.stdout, 'data')
      // Others are answered during the flood.
      for (let turn = 0; turn < 300; turn++) expect(await feedOf(system)).toEqual([])
      expect(residentBytes(system) / before).toBeLessThan(2)
      system.child.kill('SIGTERM')
      expect(await system.ended).toMatchObject({ code: 0, stderr: '' })
      expect(system.lines.filter((line) => /started again/.test(line))).toEqual([])
      expect(await processesThatName(folder)).toEqual([])
    },
  )
})

/** The resident memory of a process, in bytes. */
function residentBytes({ child }: SystemProcess): number {
  const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024
}

const crowdProcess = fileURLToPath(new URL('../bench/fairness/crowd-process.ts', import.meta.url))

describe('npm start refuses in one clear line', () => {
  it('a port that is in use', { timeout: 180_000 }, async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    onTestFinished(() => void squatter.close())
    const address = squatter.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const { code, stderr } = await startAll({ REST_PORT: String(port), SEED: 'false' }).ended
    expect({ code, stderr }).toEqual({ code: 1, stderr: `Port ${port} is in use; set REST_PORT to another one.\n` })
    const other = await startAll({ OBJECT_STORE_PORT: String(port), SEED: 'false' }).ended
    expect(other.stderr).toBe(`Port ${port} is in use; set OBJECT_STORE_PORT to another one.\n`)
  })

  it('a wrong setting', async () => {
    const { code, stderr } = await startAll({ REST_PORT: 'eighty', CALLER_SECRET: 'short' }).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Wrong setting: REST_PORT: .+; CALLER_SECRET: must have at least 32 characters\n$/)
  })

  it('an unknown part', async () => {
    const system = startProcess('everything', {})
    onTestFinished(() => system[Symbol.asyncDispose]())
    expect((await system.ended).stderr).toMatch(/^“everything” is not a known part; choose one of all, user, .+\n$/)
  })

  it.each([
    [
      {},
      /DATABASE_URL, REDIS_URL, MINIO_ENDPOINT, MINIO_ACCESS_KEY, and MINIO_SECRET_KEY .+ACCESS_TOKEN_SECRETS and CALLER_SECRET/,
    ],
    [{ EMBEDDED: 'true' }, /^Missing setting: ACCESS_TOKEN_SECRETS and CALLER_SECRET/],
    [
      { EMBEDDED: 'true', WATERMARK_FONT: '/no/such/font', REST_PORT: 'x', CALLER_SECRET: 'x'.repeat(40) },
      /REST_PORT: .+ACCESS_TOKEN_SECRETS.+CALLER_SECRET is easy.+|CALLER_SECRET is easy.+ACCESS_TOKEN_SECRETS/,
    ],
    [{ EMBEDDED: 'true', WATERMARK_FONT: '/no/such/font' }, /WATERMARK_FONT names \/no\/such\/font/],
  ])('all that is missing or wrong in production, before anything starts: %j', async (settings, message) => {
    const folder = join(dataDir, 'never')
    const { code, stderr } = await startAll({ NODE_ENV: 'production', DATA_DIR: folder, ...settings }).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(existsSync(folder)).toBe(false)
  })

  it('what a service says that does not let it in, and which setting names it', { timeout: 180_000 }, async () => {
    const { postgresUrl, objectStore } = inject('services')
    await using database = await createTestDatabase()
    const wrongPassword = new URL(postgresUrl)
    wrongPassword.password = 'wrong'
    const store = {
      MINIO_ENDPOINT: objectStore.url,
      MINIO_ACCESS_KEY: objectStore.accessKey,
      MINIO_SECRET_KEY: objectStore.secretKey,
    }
    const user = {
      DATA_DIR: dataDir,
      SUBGRAPH_PORT: '0',
      LOG_LEVEL: 'silent',
      DATABASE_URL: database.url,
      REDIS_URL: inject('services').redisUrl,
      ...store,
    }
    for (const [settings, message] of [
      [{ MINIO_SECRET_KEY: 'wrong' }, /^MINIO_ACCESS_KEY or MINIO_SECRET_KEY: the other server said: AccessDenied/],
      [{ DATABASE_URL: wrongPassword.href }, /^DATABASE_URL: the other server said: password authentication failed/],
      [{ DATABASE_URL: postgresUrl }, /^DATABASE_URL: the database lacks a migration .+ npm start -- migrate/],
    ] as const) {
      const system = startProcess('user', { ...user, ...settings })
      const { code, stderr } = await system.ended
      expect(code).toBe(1)
      expect(stderr).toMatch(message)
      expect(stderr.trim().split('\n')).toHaveLength(1)
    }
  })

  it('a data folder that is none', async () => {
    const file = join(dataDir, 'a-file')
    await writeFile(file, '')
    await chmod(file, 0o400)
    const { code, stderr } = await startAll({ DATA_DIR: file }).ended
    expect(code).toBe(1)
    expect(stderr).toContain(file)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('a database that does not answer', async () => {
    const { code, stderr } = await startAll({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }).ended
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'DATABASE_URL: Nothing answers at 127.0.0.1:1.\n' })
  })

  it('a subgraph that is told no database', async () => {
    const system = startProcess('social', { DATA_DIR: dataDir, SUBGRAPH_PORT: '0' })
    onTestFinished(() => system[Symbol.asyncDispose]())
    expect((await system.ended).stderr).toBe('Missing setting: DATABASE_URL is needed by this process\n')
  })
})

/** The command lines of all processes that mention a text. */
async function processesThatName(text: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', listProcesses, text])
  return JSON.parse(stdout) as string[]
}

/** Read from /proc, which only Linux has; elsewhere nothing is found. */
const listProcesses = `
  const fs = require('node:fs')
  const pids = fs.existsSync('/proc') ? fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)) : []
  const lines = pids.filter((pid) => Number(pid) !== process.pid).flatMap((pid) => {
    try { return [fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8').replaceAll('\\0', ' ')] } catch { return [] }
  })
  console.log(JSON.stringify(lines.filter((line) => line.includes(process.argv[1]))))
`
