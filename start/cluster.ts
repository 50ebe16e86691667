import cluster, { type Worker } from 'node:cluster'
import { setTimeout as delay } from 'node:timers/promises'
import { launched } from '../embedded/processes/launcher.ts'
import type { Environment } from '../platform/runtime/environment.ts'
import type { MeasuredProcess } from '../platform/metrics/exposition.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import type { ServerUrls } from './people.ts'
import { choosePort } from './ports.ts'
import { CannotStart, type Running } from './running.ts'
import { readSecrets } from './secrets.ts'

export interface SharedServersOptions {
  /** With an address for every service. */
  readonly environment: Environment
  readonly log: Logger
  /** Prints lines for the operator. */
  readonly print: (line: string) => void
}

/** What a worker says: first that its servers listen, or why they cannot; then what it measured, whenever it is asked. */
export type WorkerMessage =
  { readonly urls: ServerUrls } | { readonly cannotStart: string } | { readonly measured: MeasuredProcess }
/** What a worker is told. */
export type OrderToWorker = 'stop' | 'measure'

const longestPauseMs = 10_000
const stopTimeoutMs = 10_000
/** How long what a worker measured is waited for. */
const measuringMs = 2_000
/** A worker that served this long was healthy; its end starts a new count. */
const wellAfterMs = 10_000
const maxFailuresInRow = 10

/**
 * Opens the two HTTP servers in as many workers as the settings say. The workers share the ports: this process accepts
 * connections and distributes them in turn. A worker that ends is replaced, at once if it had served, otherwise after a growing
 * pause. When this process ends in any way, its workers end too.
 *
 * @throws CannotStart when one of the first workers cannot start; the others are stopped.
 */
export async function openSharedServers(
  options: SharedServersOptions,
): Promise<ServerUrls & AsyncDisposable & Required<Pick<Running, 'givenUp' | 'measureOthers'>>> {
  const { environment, log, print } = options
  // Generates secrets that are stored in a file before several workers look for them.
  readSecrets(environment)
  const variables = asVariables({
    ...environment,
    GRAPHQL_PORT: await choosePort(environment.HOST, environment.GRAPHQL_PORT, 'GRAPHQL_PORT', print),
    REST_PORT: await choosePort(environment.HOST, environment.REST_PORT, 'REST_PORT', print),
  })
  const [exec, ...args] = launched('start/worker.ts')
  cluster.setupPrimary({ exec, args })
  const stopping = new AbortController()
  const isStopping = (): boolean => stopping.signal.aborted
  const workers = new Set<StartedWorker>()

  function start(): StartedWorker {
    const worker = startWorker(variables)
    workers.add(worker)
    void worker.ended.then(() => workers.delete(worker))
    worker.opened.then(
      () => print(`Process ${worker.pid} serves.`),
      () => undefined,
    )
    return worker
  }

  /** Replaces a worker whenever it ends, until shutdown. Resolves when no worker can serve any more. */
  async function replaceWhenEnded(first: StartedWorker): Promise<string> {
    let failures = 0
    for (let worker = first; ; worker = start()) {
      const since = performance.now()
      const how = await worker.ended
      if (isStopping()) return never()
      const wasWell = worker.hasServed() && performance.now() - since > wellAfterMs
      failures = wasWell ? 0 : failures + 1
      log.error({ worker: worker.pid, how }, 'a process ended and is replaced')
      print(`Process ${worker.pid} ended (${how}) and is replaced.`)
      const others = [...workers].some((other) => other.hasServed())
      if (failures > maxFailuresInRow && !others) {
        return `A process ended ${failures} times in a row and is not replaced again: ${worker.reason() ?? how}`
      }
      // A worker that served is replaced at once, unless this happens repeatedly.
      const pauseMs = Math.min(100 * 2 ** (failures - (worker.hasServed() ? 4 : 1)), longestPauseMs)
      await delay(pauseMs < 100 ? 0 : pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (isStopping()) return never()
    }
  }

  async function stopAll(): Promise<void> {
    stopping.abort()
    await Promise.all([...workers].map((worker) => worker.stop()))
  }

  const first = Array.from({ length: environment.PROCESSES }, start)
  try {
    const [urls] = await Promise.all(first.map((worker) => worker.opened))
    if (!urls) throw new CannotStart('PROCESSES must be 1 or more.')
    return {
      ...urls,
      givenUp: Promise.race(first.map(replaceWhenEnded)),
      measureOthers: async () => (await Promise.all([...workers].map((worker) => worker.measure()))).flat(),
      [Symbol.asyncDispose]: stopAll,
    }
  } catch (error) {
    await stopAll()
    throw error
  }
}

interface StartedWorker {
  readonly pid: number
  /** Resolves when its servers listen; rejects with CannotStart when it ends before that. */
  readonly opened: Promise<ServerUrls>
  hasServed(): boolean
  /** The reason it gave for not starting. */
  reason(): string | undefined
  /** Resolves with its signal or exit code in words. */
  readonly ended: Promise<string>
  /** What it measured; empty when it does not answer. */
  measure(): Promise<readonly MeasuredProcess[]>
  /** Drains connections; resolves when the worker has ended. */
  stop(): Promise<void>
}

function startWorker(variables: Readonly<Record<string, string>>): StartedWorker {
  let worker: Worker
  try {
    worker = cluster.fork(variables)
  } catch (error) {
    return notStarted(error as Error)
  }
  let hasServed = false
  let reason: string | undefined
  const ended = new Promise<string>((resolve) => {
    worker.once('exit', (code, signal) => resolve(signal ? signal : `exit code ${code}`))
    // A process that could not be spawned emits no exit; after other errors the exit is still to come.
    const { pid } = worker.process
    worker.on('error', (error) => pid === undefined && resolve(error.message))
  })
  const opened = new Promise<ServerUrls>((resolve, reject) => {
    worker.once('message', (outcome: WorkerMessage) => {
      if ('measured' in outcome) return
      hasServed = 'urls' in outcome
      if ('urls' in outcome) resolve(outcome.urls)
      else reject(new CannotStart((reason = outcome.cannotStart)))
    })
    void ended.then((how) => reject(new CannotStart(`A worker ended before it could serve (${how}).`)))
  })
  return {
    pid: worker.process.pid ?? 0,
    opened,
    hasServed: () => hasServed,
    reason: () => reason,
    ended,
    measure: () =>
      new Promise((resolve) => {
        const answer = (measured: readonly MeasuredProcess[]): void => {
          clearTimeout(timeout)
          worker.off('message', read)
          resolve(measured)
        }
        const read = (message: WorkerMessage): void => {
          if ('measured' in message) answer([message.measured])
        }
        const timeout = setTimeout(() => answer([]), measuringMs)
        worker.on('message', read)
        if (!hasServed || !worker.isConnected()) answer([])
        else worker.send('measure' satisfies OrderToWorker, (error) => error && answer([]))
      }),
    async stop() {
      if (worker.isConnected()) worker.send('stop' satisfies OrderToWorker, () => undefined)
      const stopTimer = setTimeout(() => worker.process.kill('SIGKILL'), stopTimeoutMs)
      await ended
      clearTimeout(stopTimer)
    },
  }
}

/** A worker that could not be spawned, for lack of processes or descriptors. */
function notStarted(error: Error): StartedWorker {
  const opened = Promise.reject<ServerUrls>(new CannotStart(`A worker cannot be started: ${error.message}`))
  opened.catch(() => undefined)
  return {
    pid: 0,
    opened,
    hasServed: () => false,
    reason: () => error.message,
    measure: () => Promise.resolve([]),
    ended: Promise.resolve(error.message),
    stop: () => Promise.resolve(),
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}

/** Settings as environment variables, so that workers get what this process found out, such as the addresses of services. */
function asVariables(environment: Environment): Record<string, string> {
  const given = Object.entries<unknown>(environment).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}
