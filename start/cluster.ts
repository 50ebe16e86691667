import cluster, { type Worker } from 'node:cluster'
import { setTimeout as delay } from 'node:timers/promises'
import { launched } from '../embedded/processes/launcher.ts'
import type { Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import type { Doors } from './people.ts'
import { choosePort } from './ports.ts'
import { CannotStart, type Running } from './running.ts'
import { readSecrets } from './secrets.ts'

export interface SharedDoorsOptions {
  /** With every service named. */
  readonly environment: Environment
  readonly log: Logger
  /** Receives lines for the person who started it. */
  readonly print: (line: string) => void
}

/** What a worker tells, once: that its doors are open, or why they cannot be. */
export type WorkerNews = { readonly doors: Doors } | { readonly cannotStart: string }

const longestPauseMs = 10_000
const patienceMs = 10_000
/** A worker that served for so long was well; its end is not counted with earlier ones. */
const wellAfterMs = 10_000
const mostFailuresInRow = 10

/**
 * Opens the two doors in as many workers as the settings say. They share the ports: this process takes the connections
 * and hands them on by turns. A worker that ends is replaced, at once when it had served, else after a growing pause.
 * However this process ends, its workers end with it.
 *
 * @throws CannotStart when one of the first workers cannot start; the others are stopped.
 */
export async function openSharedDoors(
  options: SharedDoorsOptions,
): Promise<Doors & AsyncDisposable & Required<Pick<Running, 'givenUp'>>> {
  const { environment, log, print } = options
  // Those that are kept in a file are made here, before several workers look for them.
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

  /** Keeps a worker in the place of one that ends, until all shall stop. Resolves when no worker can serve any more. */
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
      if (failures > mostFailuresInRow && !others) {
        return `A process ended ${failures} times in a row and is not replaced any more: ${worker.reason() ?? how}`
      }
      // One that served is replaced at once, unless that goes on and on.
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
    const [doors] = await Promise.all(first.map((worker) => worker.opened))
    if (!doors) throw new CannotStart('PROCESSES must be 1 or more.')
    return { ...doors, givenUp: Promise.race(first.map(replaceWhenEnded)), [Symbol.asyncDispose]: stopAll }
  } catch (error) {
    await stopAll()
    throw error
  }
}

interface StartedWorker {
  readonly pid: number
  /** Resolves when its doors are open; rejects with CannotStart when it ends before. */
  readonly opened: Promise<Doors>
  hasServed(): boolean
  /** Why it could not start, in its own words. */
  reason(): string | undefined
  /** Resolves with its signal or exit code in words. */
  readonly ended: Promise<string>
  /** Lets it answer what it took on; resolves when it is gone. */
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
    // One that could not even be spawned has no exit; after other errors that is still to come.
    const { pid } = worker.process
    worker.on('error', (error) => pid === undefined && resolve(error.message))
  })
  const opened = new Promise<Doors>((resolve, reject) => {
    worker.once('message', (news: WorkerNews) => {
      hasServed = 'doors' in news
      if ('doors' in news) resolve(news.doors)
      else reject(new CannotStart((reason = news.cannotStart)))
    })
    void ended.then((how) => reject(new CannotStart(`A worker ended before it could serve (${how}).`)))
  })
  return {
    pid: worker.process.pid ?? 0,
    opened,
    hasServed: () => hasServed,
    reason: () => reason,
    ended,
    async stop() {
      if (worker.isConnected()) worker.send('stop', () => undefined)
      const impatience = setTimeout(() => worker.process.kill('SIGKILL'), patienceMs)
      await ended
      clearTimeout(impatience)
    },
  }
}

/** A worker that the system could not even start, for lack of processes or descriptors. */
function notStarted(error: Error): StartedWorker {
  const opened = Promise.reject<Doors>(new CannotStart(`A worker cannot be started: ${error.message}`))
  opened.catch(() => undefined)
  return {
    pid: 0,
    opened,
    hasServed: () => false,
    reason: () => error.message,
    ended: Promise.resolve(error.message),
    stop: () => Promise.resolve(),
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}

/** Settings as variables, so that workers read what this process knows: above all the addresses of services. */
function asVariables(environment: Environment): Record<string, string> {
  const given = Object.entries<unknown>(environment).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}
