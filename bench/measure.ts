import type { ServerUrls } from '../start/people.ts'
import { runClosedLoop, type LoadOptions } from './load/closed-loop.ts'
import { runOpenLoop } from './load/open-loop.ts'
import type { Request, Route } from './load/request.ts'
import type { LoadResult } from './load/tally.ts'
import type { Options } from './options.ts'
import { monotonicMicroseconds, type Span } from './profile/cpu-profile.ts'
import { watchUsage, type Memory } from './system/usage.ts'

/** The results and costs of a route. */
export interface Measurement {
  readonly route: string
  /** The name of the REST route with the same content. */
  readonly sameAs?: string
  readonly load: LoadResult
  /** The first second of load, with little compiled or cached. */
  readonly cold: LoadResult
  /** The load at the same time. */
  readonly beside?: LoadResult
  /** CPU microseconds per request, by group of processes; empty without /proc. */
  readonly cpu: Readonly<Record<string, number>>
  readonly memory: Readonly<Record<string, Memory>>
  /** How many cores other processes used. */
  readonly othersCores: number
  /** When it was measured. */
  readonly span: Span
}

/** Measures routes of one running system, one after the other. */
export interface Stopwatch {
  measure(route: Route): Promise<Measurement>
}

export type LoadShape = Pick<Options, 'seconds' | 'warmUpSeconds' | 'connections' | 'rate'> & {
  readonly signal: AbortSignal
}

/** The next request number of each route: it continues across systems, because writes persist. */
export type Turns = Map<string, number>

export function createStopwatch(urls: ServerUrls, shape: LoadShape, turns: Turns): Stopwatch {
  const { seconds, warmUpSeconds, rate, signal } = shape

  function loadOf(route: Route, duration: number): LoadOptions {
    return {
      url: new URL(route.door === 'rest' ? urls.restUrl : urls.graphqlUrl),
      connections: Math.min(shape.connections, route.connections ?? Infinity),
      seconds: duration,
      next: () => next(route),
      signal,
    }
  }

  function next(route: Route): Request {
    const turn = turns.get(route.name) ?? 0
    turns.set(route.name, turn + 1)
    return route.request(turn)
  }

  return {
    async measure(route) {
      await inspect(route, loadOf(route, 0).url, next(route))
      const cold = await runClosedLoop(loadOf(route, 1))
      if (warmUpSeconds > 1) await runClosedLoop(loadOf(route, warmUpSeconds - 1))

      const from = monotonicMicroseconds()
      const usage = watchUsage()
      const options = loadOf(route, seconds)
      const [load, beside] = await Promise.all([
        rate === null ? runClosedLoop(options) : runOpenLoop({ ...options, rate }),
        route.beside && runClosedLoop(loadOf(route.beside, seconds)),
      ])
      const to = monotonicMicroseconds()
      const { cpu, memory, othersCores } = usage.stop()
      const perRequest = Object.entries(cpu).map(([group, time]) => [group, time / Math.max(1, load.requests)])
      return {
        route: route.name,
        ...(route.sameAs !== undefined && { sameAs: route.sameAs }),
        load,
        cold,
        ...(beside && { beside }),
        cpu: Object.fromEntries(perRequest) as Record<string, number>,
        memory,
        othersCores,
        span: { from, to },
      }
    },
  }
}

async function inspect({ name, inspect }: Route, url: URL, { method, path, headers, body }: Request): Promise<void> {
  const response = await fetch(new URL(path, url), { method, headers, ...(body && { body: new Uint8Array(body) }) })
  const answer: unknown = await response.json()
  try {
    inspect?.(answer)
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}: ${JSON.stringify(answer).slice(0, 300)}`, { cause: error })
  }
}
