import { setTimeout as delay } from 'node:timers/promises'
import { CircuitState, circuitBreaker, ConsecutiveBreaker, handleAll, isBrokenCircuitError } from 'cockatiel'
import { GraphQLError, type ExecutionResult } from 'graphql'
import { Pool } from 'undici'
import { callerHeader, signCaller, type Caller } from '../../platform/auth/caller.ts'
import { deadlines, type OperationKind } from '../../platform/graphql/deadlines.ts'
import { Unavailable } from '../../platform/runtime/errors.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { Fetch, SubgraphClient } from './subgraph-client.ts'

export interface RemoteSubgraphOptions {
  readonly name: string
  /** Its address, `http://host:port/graphql`. */
  readonly url: string
  readonly callerSecret: string
  readonly log: Logger
  /** The timeout of a fetch, from its start to its last byte, in milliseconds. */
  readonly deadlineMs?: Readonly<Record<OperationKind, number>> | undefined
  /** How long the circuit breaker stays open. */
  readonly restMs?: number | undefined
}

/** After so many failures in a row the circuit breaker opens. */
const failuresInRow = 5
const connectMs = 1_000
/** The timeout of a probe of a subgraph that was down, in milliseconds. */
const probeMs = 1_000
const usualDeadlines = { query: deadlines.query.remoteFetch, mutation: deadlines.mutation.remoteFetch }
const maxAnswerBytes = 32 * 1024 * 1024

/** Error codes of Node and undici for a connection that was never established: nothing was sent. */
const neverConnected = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]
/** Error codes for a broken connection: the subgraph may have done its work. */
const broken = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']

/**
 * A subgraph in another process. It answers before the timeout or is `UNAVAILABLE`. Callers get `UNAVAILABLE` at once while it
 * keeps failing, and after a timeout without any answer, until it answers again. A query is retried once when its connection
 * fails, a mutation only when nothing was sent.
 */
export function createRemoteSubgraph(options: RemoteSubgraphOptions): SubgraphClient & AsyncDisposable {
  const { name, callerSecret, deadlineMs = usualDeadlines, restMs = 1_000 } = options
  const log = options.log.child({ subgraph: name })
  const { origin, pathname } = new URL(options.url)
  const pool = new Pool(origin, { connections: 64, connect: { timeout: connectMs }, maxResponseSize: maxAnswerBytes })
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: restMs, breaker: new ConsecutiveBreaker(failuresInRow) })
  breaker.onBreak(() => log.warn('a subgraph keeps failing; its circuit is open'))
  breaker.onReset(() => log.info('a subgraph answers again'))

  let heardAt = -Infinity
  let isAway = false
  const isOpen = (): boolean => !pool.destroyed

  /** Opens the circuit until the subgraph answers a probe in any way. */
  async function leaveAlone(): Promise<void> {
    if (isAway || !isOpen()) return
    isAway = true
    const isolation = breaker.isolate()
    while (!(await answers()) && isOpen()) await delay(restMs, undefined, { ref: false })
    isAway = false
    isolation.dispose()
  }

  async function answers(): Promise<boolean> {
    try {
      const { body } = await pool.request({ method: 'GET', path: '/health', signal: AbortSignal.timeout(probeMs) })
      await body.dump()
      return true
    } catch {
      return false
    }
  }

  async function post(body: string, caller: Caller, signal: AbortSignal): Promise<ExecutionResult> {
    const headers = { 'content-type': 'application/json', [callerHeader]: signCaller(callerSecret, caller) }
    const response = await pool.request({ method: 'POST', path: pathname, headers, body, signal })
    const answer = await response.body.text()
    heardAt = performance.now()
    if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}: ${answer.slice(0, 200)}`)
    return readAnswer(answer)
  }

  async function postPatiently({ kind, ...operation }: Fetch, caller: Caller): Promise<ExecutionResult> {
    const retried = kind === 'mutation' ? neverConnected : [...neverConnected, ...broken]
    const body = JSON.stringify(operation)
    const startedAt = performance.now()
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(new Error('did not answer in time')), deadlineMs[kind])
    try {
      return await post(body, caller, deadline.signal)
    } catch (error) {
      if (!retried.includes(codeOf(error))) throw error
      return await post(body, caller, deadline.signal)
    } finally {
      clearTimeout(timer)
      // A slow query does not count as silence while others are answered.
      if (deadline.signal.aborted && heardAt < startedAt) void leaveAlone()
    }
  }

  return {
    async execute(fetch, caller) {
      // While half open, the breaker would make all callers wait for the single trial call.
      if (breaker.state === CircuitState.HalfOpen) return { errors: [new Unavailable()] }
      try {
        return await breaker.execute(() => postPatiently(fetch, caller))
      } catch (error) {
        if (neverConnected.includes(codeOf(error))) void leaveAlone()
        if (!isBrokenCircuitError(error))
          log.warn({ err: error, requestId: caller.requestId }, 'a subgraph did not answer')
        return { errors: [new Unavailable()] }
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}

function readAnswer(text: string): ExecutionResult {
  const { data, errors } = JSON.parse(text) as ExecutionResult
  return {
    ...(data !== undefined && { data }),
    ...(errors && {
      errors: errors.map(({ message, path, extensions }) => new GraphQLError(message, { path, extensions })),
    }),
  }
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code)
}
