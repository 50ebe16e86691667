import { Counter, Gauge, Histogram } from './measures.ts'

/** Every measure of the system; docs/operations.md and the dashboards and alerts under deploy/ use their names. */

export const httpRequests = new Histogram(
  'http_request_duration_seconds',
  'Requests, from their heads to the ends of their answers.',
  ['server', 'method', 'route', 'status'],
)

export const graphqlOperations = new Histogram(
  'graphql_operation_duration_seconds',
  'Operations at the gateway. Those of clients have no name here, because clients choose it.',
  ['operation', 'outcome'],
)

export const stockExecutions = new Counter(
  'stock_executions_total',
  'Operations that ran on the stock executor because they are not compiled.',
  ['reason'],
)

export const groupCommits = new Histogram(
  'group_commit_writes',
  'Writes that were committed together.',
  ['commit'],
  [1, 2, 5, 10, 20, 50, 100, 200, 500],
)

export const cacheReads = new Counter('cache_reads_total', 'Values that were asked of a cache.', ['cache', 'outcome'])

export const transcodings = new Histogram(
  'transcode_duration_seconds',
  'Jobs that make the renditions of a video.',
  ['outcome'],
  [1, 2, 5, 10, 20, 60, 120, 300, 600, 1_800],
)

export const databaseConnections = new Gauge(
  'database_connections',
  'Connections of a pool, and calls that wait for one.',
)

export const openStreams = new Gauge('event_connections', 'Open connections for events.')

export const oldestJob = new Gauge(
  'job_queue_oldest_seconds',
  'How long the oldest job waits that could be done now.',
  'max',
)
