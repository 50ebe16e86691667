import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, it, vi } from 'vitest'
import { findRunningPostgres } from '../../embedded/postgres/address.ts'
import { readServerStatus } from '../../embedded/postgres/status.ts'
import { isRunning } from '../../embedded/processes/identity.ts'
import { register } from '../../start/people.ts'
import { Stack } from '../../start/running.ts'
import { startCluster } from '../cluster.ts'
import { noLimits } from '../no-limits.ts'
import { insertVideo } from '../social.ts'
import { startStorm } from '../storm.ts'
import { openClient } from './killable.ts'
import { expectAcknowledged } from './verdict.ts'

const videoIds = Array.from({ length: 20 }, (_, index) => String(index + 1))
const patience = { interval: 5, timeout: 120_000 }

it.runIf(process.platform === 'linux')(
  'loses nothing that was acknowledged, and miscounts nothing, when connections, services and processes of npm start are killed',
  { timeout: 300_000 },
  async () => {
    await using stack = new Stack()
    const folder = await mkdtemp(join(tmpdir(), 'short-video-services-'))
    stack.use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) })
    const ports = { HOST: '127.0.0.1', REST_PORT: '0', GRAPHQL_PORT: '0', OBJECT_STORE_PORT: '0' }
    const cluster = stack.use(
      await startCluster({ ...ports, ...noLimits, LOG_LEVEL: 'silent', DATA_DIR: folder, TRANSCODE_CONCURRENCY: '1' }),
    )
    const names = Array.from({ length: 10 }, (_, index) => `person ${index}`)
    const people = await Promise.all(names.map((name) => register(cluster, name, 'password')))
    const tokens = new Map(people.map(({ id, token }) => [id, token]))
    await withSql(folder, async (sql) => {
      for (const [index, videoId] of videoIds.entries()) {
        await insertVideo(sql, videoId, people[index % people.length]?.id ?? '')
      }
    })
    const client = openClient()
    stack.use({ [Symbol.asyncDispose]: () => client.close() })

    const storm = stack.use(
      startStorm(
        {
          people: [...tokens.keys()],
          send: (userId, query, variables) =>
            client.post(
              cluster.graphqlUrl,
              { authorization: `Bearer ${tokens.get(userId) ?? ''}` },
              { query, variables },
            ),
        },
        videoIds,
      ),
    )
    const main = cluster.system.child.pid ?? 0
    const postmaster = (): number => readServerStatus(join(folder, 'postgres/data'))?.pid ?? 0
    const victims: Readonly<Record<string, () => number | undefined>> = {
      'a connection of the database': () => childrenOf(postmaster(), /^postgres: postgres postgres /).at(-1),
      redis: () => childrenOf(main, /valkey|redis/)[0],
      'a process': () => cluster.pids().filter(isRunning)[0],
      'the database': postmaster,
    }
    for (const name of [...Object.keys(victims), 'a connection of the database', 'redis']) {
      const before = storm.acknowledged()
      await vi.waitUntil(() => storm.acknowledged() > before + 50, patience)
      await vi.waitUntil(() => {
        const victim = victims[name]?.()
        return victim !== undefined && isRunning(victim) && process.kill(victim, 'SIGKILL')
      }, patience)
    }
    const later = storm.acknowledged() + 100
    await vi.waitUntil(() => storm.acknowledged() >= later, patience)
    await storm[Symbol.asyncDispose]()

    expect(cluster.system.child.exitCode).toBeNull()
    const printed = cluster.system.lines.join('\n')
    for (const line of [/^redis: the server died/m, /^postgres: the server died/m, /^Process \d+ ended/m]) {
      expect(printed).toMatch(line)
    }
    await withSql(folder, (sql) => expectAcknowledged(storm, sql))
  },
)

async function withSql(folder: string, work: (sql: pg.Client) => Promise<void>): Promise<void> {
  const sql = new pg.Client(await findRunningPostgres(join(folder, 'postgres')))
  sql.on('error', () => undefined)
  await sql.connect()
  try {
    await work(sql)
  } finally {
    await sql.end()
  }
}

/** The child processes of another one whose command line matches, on Linux. */
function childrenOf(parent: number, command: RegExp): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        const isChild = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(parent)
        return isChild && command.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
      } catch {
        return false
      }
    })
    .map(Number)
}
