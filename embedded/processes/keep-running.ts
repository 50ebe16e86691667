import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../embedded-service.ts'
import type { ServerProcess } from './server-process.ts'

export interface KeepRunningOptions {
  /** The name in the log. */
  readonly name: string
  readonly first: ServerProcess
  /** Starts it again, on the same port and the same data. */
  readonly restart: () => Promise<ServerProcess>
  /** Says in a few words why it died; the signal or exit code is already known. */
  readonly reason?: (() => Promise<string>) | undefined
  readonly log: Log
}

/** A server that is restarted when it dies. Disposing stops it. */
export interface SupervisedServer extends AsyncDisposable {
  /** Resolves, with one line for the operator, when the server has died too often and will not be restarted. */
  readonly givenUp: Promise<string>
}

/** Thrown instead of restarting a server that another process now owns. */
export class NotOurs extends Error {}

/** A server that lived this long was healthy; its death starts a new count. */
const wellAfterMs = 10_000
const maxDeathsInRow = 10
const firstPauseMs = 100
const longestPauseMs = 5_000

/** Restarts a server whenever it dies, with growing pauses, and gives up when it dies ten times in a row. */
export function keepRunning({ name, first, restart, reason, log }: KeepRunningOptions): SupervisedServer {
  const stopping = new AbortController()
  const isStopping = (): boolean => stopping.signal.aborted
  let server: ServerProcess | undefined = first
  let starting: Promise<ServerProcess | undefined> = Promise.resolve(first)

  /** Returns why it could not be started. */
  async function startAgain(): Promise<string | undefined> {
    try {
      starting = restart()
      server = await starting
      return undefined
    } catch (error) {
      starting = Promise.resolve(undefined)
      if (error instanceof NotOurs) throw error
      return (error as Error).message
    }
  }

  async function watch(): Promise<string> {
    let why: string | undefined
    for (let deaths = 0; ;) {
      if (server) {
        const since = performance.now()
        const how = await server.died
        if (performance.now() - since > wellAfterMs) deaths = 0
        why = [how, await reason?.()].filter((part) => part !== undefined).join(': ')
        server = undefined
      }
      deaths++
      if (deaths > maxDeathsInRow) return `${name} died ${maxDeathsInRow} times in a row and is not restarted: ${why}`
      log(`${name}: the server died (${why}) and is being restarted`)
      await delay(Math.min(firstPauseMs * 2 ** (deaths - 1), longestPauseMs), undefined, stopping).catch(
        () => undefined,
      )
      if (isStopping()) return new Promise(() => undefined)
      why = (await startAgain()) ?? why
    }
  }

  return {
    givenUp: watch().catch((error: unknown) => `${name} is not restarted: ${(error as Error).message}`),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      const last = await starting.catch(() => undefined)
      await last?.[Symbol.asyncDispose]()
    },
  }
}
