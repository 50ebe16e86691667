import autocannon from 'autocannon'
import type { Route } from './routes.ts'

/** What a route did under load. Latencies in milliseconds. */
export interface LoadResult {
  readonly requests: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** Requests that were not answered 200 with status_code 0. */
  readonly errors: number
}

/** Asks a route as fast as it answers, on some connections, for some seconds. */
export async function load(url: string, route: Route, connections: number, seconds: number): Promise<LoadResult> {
  let n = 0
  let refused = 0
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [
      {
        method: route.method,
        setupRequest: (request) => ({ ...request, path: route.path(n++) }),
        onResponse: (status, body) => {
          if (status !== 200 || !body.includes('"status_code":0')) refused++
        },
      },
    ],
  })
  return {
    requests: result.requests.total,
    perSecond: Math.round(result.requests.total / result.duration),
    p50: result.latency.p50,
    p99: result.latency.p99,
    errors: result.errors + result.timeouts + refused,
  }
}
