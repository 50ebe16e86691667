import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'undici'
import { afterAll, beforeAll, expect, it } from 'vitest'
import '../platform/metrics/measured.ts'
import { measures } from '../platform/metrics/measures.ts'
import { register, type Person } from '../start/people.ts'
import { startCluster, type Cluster } from './cluster.ts'
import { createTestDatabase } from './database.ts'
import { goLive } from './live.ts'
import { serviceSettings } from './network.ts'
import { patience } from './waiting.ts'

let dataDir: string
let database: Awaited<ReturnType<typeof createTestDatabase>>
let cluster: Cluster
let alice: Person

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'short-video-metrics-'))
  database = await createTestDatabase()
  cluster = await startCluster({ ...serviceSettings(database.url), DATA_DIR: dataDir, METRICS_PORT: '0' })
  alice = await register(cluster, 'alice', 'password')
}, 90_000)

afterAll(async () => {
  await cluster[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await rm(dataDir, { recursive: true, force: true })
})

/** The lines of the exposition, each a series and its value. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const line = cluster.system.lines.find((text) => text.startsWith('Metrics are at '))
  const response = await fetch(line?.slice('Metrics are at '.length) ?? '')
  expect(response.headers.get('content-type')).toContain('text/plain')
  const lines = (await response.text()).split('\n').filter((text) => text !== '' && !text.startsWith('#'))
  return new Map(lines.map((text) => [text.slice(0, text.lastIndexOf(' ')), Number(text.slice(text.lastIndexOf(' ')))]))
}

async function feed(): Promise<void> {
  // Each connection goes to the next process.
  const connection = new Client(new URL(cluster.restUrl).origin)
  const { body } = await connection.request({ method: 'GET', path: '/douyin/feed/' })
  await body.dump()
  await connection.close()
}

it('adds up what all processes measured', async () => {
  const ofFeed = (part: string) =>
    `short_video_http_request_duration_seconds_${part}{server="rest",method="GET",route="/douyin/feed/",status="200"}`
  const before = (await scrape()).get(ofFeed('count')) ?? 0
  for (let count = 0; count < 6; count++) await feed()
  await expect.poll(async () => (await scrape()).get(ofFeed('count')), patience).toBe(before + 6)
  const after = await scrape()
  expect(
    [...after.keys()].filter((key) => key.startsWith('short_video_http_request_duration_seconds_bucket')),
  ).not.toEqual([])
  expect(
    after.get('short_video_graphql_operation_duration_seconds_count{operation="Feed",outcome="answered"}'),
  ).toBeGreaterThan(0)
  expect(after.get('short_video_database_connections{pool="social",state="idle"}')).toBeGreaterThan(0)
  expect(after.get('short_video_job_queue_oldest_seconds')).toBeGreaterThanOrEqual(0)
  expect(after.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
})

it('shows the clients that are connected for events, and names no operation of a client', async () => {
  const sockets = 'short_video_event_connections{transport="websocket"}'
  const live = await goLive(cluster, alice)
  await live.asks('query Secret { viewer { id } }')
  const during = await scrape()
  expect(during.get(sockets)).toBe(1)
  expect([...during.keys()].join('\n')).not.toContain('Secret')
  await live[Symbol.asyncDispose]()
  await expect.poll(async () => (await scrape()).get(sockets), patience).toBe(0)
})

it('has a row in docs/operations.md for each measure', async () => {
  const text = await readFile(new URL('../docs/operations.md', import.meta.url), 'utf8')
  const described = [...text.matchAll(/^\| `(short_video_\w+)`/gm)].map(([, name]) => name)
  expect(described.sort()).toEqual([...measures.keys()].sort())
})
