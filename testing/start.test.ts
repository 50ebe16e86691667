import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startProcess, type SystemProcess } from './system-process.ts'

let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'short-video-start-'))
})

afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true })
})

/** Starts everything with embedded services alone, on free ports. */
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
    'fills an empty system with a town that plays, survives kill -9, and stops on Ctrl-C',
    { timeout: 180_000 },
    async () => {
      const first = startAll()
      await first.line(/The town is ready/)
      const town = await feedOf(first)
      expect(town).toHaveLength(8)
      expect(new Set(town.map((video) => video.title)).size).toBe(8)
      expect(town.every((video) => video.favorite_count > 0 && video.comment_count > 0)).toBe(true)
      for (const url of town.flatMap((video) => [video.play_url, video.cover_url, video.author.avatar])) {
        expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
      }

      first.child.kill('SIGKILL')
      await first.ended

      const second = startAll()
      expect((await feedOf(second)).map((video) => video.id)).toEqual(town.map((video) => video.id))
      second.child.kill('SIGINT')
      expect(await second.ended).toEqual({ code: 0, stderr: '' })
      expect(await processesThatName(dataDir)).toEqual([])
    },
  )

  it('says what to try next, and Sandbox and the curl line work', { timeout: 60_000 }, async () => {
    const system = startAll({ SEED: 'false' })
    const curl = await system.line(/curl '/)
    const url = /'(.+)'/.exec(curl)?.[1] ?? ''
    expect(await (await fetch(url)).json()).toMatchObject({ status_code: 0 })
    const sandbox = /open (\S+)/.exec(await system.line(/Sandbox/))?.[1] ?? ''
    const page = await fetch(sandbox, { headers: { accept: 'text/html' } })
    expect(await page.text()).toContain('embeddable-sandbox')
  })
})

describe('npm start refuses in one clear line', () => {
  it('a port that is in use', { timeout: 60_000 }, async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    onTestFinished(() => void squatter.close())
    const address = squatter.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const { code, stderr } = await startAll({ REST_PORT: String(port), SEED: 'false' }).ended
    expect({ code, stderr }).toEqual({ code: 1, stderr: `Port ${port} is in use; set REST_PORT to another one.\n` })
  })

  it('a wrong setting', async () => {
    const { code, stderr } = await startAll({ REST_PORT: 'eighty', CALLER_SECRET: 'short' }).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Wrong setting: REST_PORT: .+; CALLER_SECRET: must have at least 32 characters\n$/)
  })

  it('an unknown part', async () => {
    const system = startProcess('everything', {})
    onTestFinished(() => system[Symbol.asyncDispose]())
    expect((await system.ended).stderr).toMatch(/^There is no “everything” to start; choose one of all, user, .+\n$/)
  })

  it('production without secrets or services', async () => {
    const { code, stderr } = await startAll({ NODE_ENV: 'production' }).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/DATABASE_URL/)
    expect(stderr.trim().split('\n')).toHaveLength(1)
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
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'Nothing answers at 127.0.0.1:1.\n' })
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

/** Read from /proc, which is there on Linux alone; elsewhere nothing is found. */
const listProcesses = `
  const fs = require('node:fs')
  const pids = fs.existsSync('/proc') ? fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)) : []
  const lines = pids.filter((pid) => Number(pid) !== process.pid).flatMap((pid) => {
    try { return [fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8').replaceAll('\\0', ' ')] } catch { return [] }
  })
  console.log(JSON.stringify(lines.filter((line) => line.includes(process.argv[1]))))
`
