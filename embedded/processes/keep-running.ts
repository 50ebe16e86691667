import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../embedded-service.ts'
import type { ServerProcess } from './server-process.ts'

export interface KeepRunningOptions {
  /** What it is called in the log. */
  readonly name: string
  readonly first: ServerProcess
  /** Starts it again, on the same port and over the same data. */
  readonly restart: () => Promise<ServerProcess>
  /** Says why it died, in some words; the signal or exit code is known. */
  readonly reason?: (() => Promise<string>) | undefined
  readonly log: Log
}

/** A server that is started again when it dies. Disposing stops it. */
export interface KeptServer extends AsyncDisposable {
  /** Resolves, with one line for the operator, when it died so often that it is not started again. */
  readonly givenUp: Promise<string>
}

/** Thrown instead of starting a server again that is no longer ours. */
export class NotOurs extends Error {}

/** A server that lived for so long was well; its death is not counted with earlier ones. */
const wellAfterMs = 10_000
const mostDeathsInRow = 10
const firstPauseMs = 100
const longestPauseMs = 5_000

/** Starts a server again whenever it dies, after a growing pause, and gives up when it dies ten times in a row. */
export function keepRunning({ name, first, restart, reason, log }: KeepRunningOptions): KeptServer {
  const stopping = new AbortController()
  const isStopping = (): boolean => stopping.signal.aborted
  let server: ServerProcess | undefined = first
  let starting: Promise<ServerProcess | undefined> = Promise.resolve(first)

  /** Answers why it could not be started. */
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
      if (deaths > mostDeathsInRow)
        return `${name} died ${mostDeathsInRow} times in a row and is not started again: ${why}`
      log(`${name}: the server died (${why}) and is started again`)
      await delay(Math.min(firstPauseMs * 2 ** (deaths - 1), longestPauseMs), undefined, stopping).catch(
        () => undefined,
      )
      if (isStopping()) return new Promise(() => undefined)
      why = (await startAgain()) ?? why
    }
  }

  return {
    givenUp: watch().catch((error: unknown) => `${name} is not started again: ${(error as Error).message}`),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      const last = await starting.catch(() => undefined)
      await last?.[Symbol.asyncDispose]()
    },
  }
}
