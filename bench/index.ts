/**
 * `npm run bench [-- --seconds N] [-- --only TEXT]`: starts the system, fills the data set, puts each hot route under
 * load, prints a table, recounts every counter, and writes `bench/results/routes.json`.
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startMissingServices } from '../embedded/services.ts'
import { parseAccessTokenKeys, signAccessToken } from '../platform/access-token.ts'
import { cpuBetween, cpuTimes, residentBytes, type CpuTimes } from './cpu.ts'
import { dataSet, fillDataSet, firstUserId } from './data-set.ts'
import { load, type LoadResult } from './load.ts'
import { recount } from './recount.ts'
import { hotRoutes, type Route } from './routes.ts'
import { startMeasuredSystem, type MeasuredSystem } from './system.ts'

const connections = 64
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' }, only: { type: 'string' } } })
const seconds = Number(values.seconds)

interface Row extends LoadResult {
  readonly route: string
  /** CPU time per request, by process group. */
  readonly cpuMicroseconds: CpuTimes
  readonly residentMegabytes: number
}

const folder = await mkdtemp(join(tmpdir(), 'short-video-bench-'))
try {
  await bench()
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function bench(): Promise<void> {
  const secret = 'a secret that signs the tokens of the bench'
  await using services = await startMissingServices(
    { dataDir: folder, allowEmbedded: true, host: '127.0.0.1', objectStorePort: 0 },
    () => undefined,
  )
  await using system = await startMeasuredSystem({
    DATA_DIR: folder,
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    MINIO_ENDPOINT: services.objectStore.url,
    MINIO_ACCESS_KEY: services.objectStore.accessKey,
    MINIO_SECRET_KEY: services.objectStore.secretKey,
    ACCESS_TOKEN_SECRETS: `bench:${secret.replaceAll(' ', '-')}`,
    CALLER_SECRET: secret,
  })
  print(`Filling: ${JSON.stringify(dataSet)}`)
  await fillDataSet(services.databaseUrl)

  const keys = parseAccessTokenKeys(`bench:${secret.replaceAll(' ', '-')}`)
  const tokens = Array.from({ length: dataSet.users }, (_, index) => {
    const id = String(firstUserId + index)
    return signAccessToken(keys, { userId: id, sessionId: id })
  })
  const routes = hotRoutes((n) => tokens[n % tokens.length] ?? '')
  const rows: Row[] = []
  for (const route of routes.filter(({ name }) => name.includes(values.only ?? ''))) {
    await load(system.restUrl, route, connections, 1)
    rows.push(await measure(system, route))
    print(describe(rows.at(-1)))
  }

  const wrong = await recount(services.databaseUrl)
  print(`Counts that differ from a recount: ${JSON.stringify(wrong)}`)
  if (Object.values(wrong).some((count) => count > 0)) process.exitCode = 1
  const report = { machine: machine(), commit: commit(), connections, seconds, dataSet, rows, wrongCounts: wrong }
  const path = new URL('results/routes.json', import.meta.url)
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`)
  print(`Written to ${path.pathname}`)
}

async function measure(system: MeasuredSystem, route: Route): Promise<Row> {
  const groupOf = (pid: number, command: string): string =>
    pid === system.pid ? 'server' : command.startsWith('postgres') ? 'postgres' : 'other'
  const before = cpuTimes(groupOf)
  const result = await load(system.restUrl, route, connections, seconds)
  const spent = cpuBetween(before, cpuTimes(groupOf))
  const perRequest = ([group, time]: [string, number]): [string, number] => [group, Math.round(time / result.requests)]
  return {
    route: route.name,
    ...result,
    cpuMicroseconds: Object.fromEntries(Object.entries(spent).map(perRequest)),
    residentMegabytes: Math.round(residentBytes(system.pid) / 2 ** 20),
  }
}

function describe(row: Row | undefined): string {
  if (!row) return ''
  const cpu = Object.entries(row.cpuMicroseconds).map(([group, time]) => `${group} ${time}`)
  return [
    row.route.padEnd(24),
    `${row.perSecond} req/s`.padStart(14),
    `p50 ${row.p50} ms`.padStart(12),
    `p99 ${row.p99} ms`.padStart(12),
    `${row.errors} errors`.padStart(10),
    `  CPU µs/request: ${cpu.join(', ')}`,
    `  ${row.residentMegabytes} MB`,
  ].join(' ')
}

function machine(): string {
  const [first] = cpus()
  return `${cpus().length} × ${first?.model ?? 'unknown'}, Node ${process.version}`
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
