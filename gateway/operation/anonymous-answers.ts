import type { ExecutionResult } from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import { createGenerationalCache } from '../../platform/caching/generational-cache.ts'
import type { Operations } from './operations.ts'
import type { PreparedOperation } from './prepared-operation.ts'
import type { OperationSource } from './prepared-operations.ts'

/** The TTL of a shared answer, in milliseconds from the start of its execution. */
const ttlMs = 100
/** The maximum size of all cached answers, in bytes as estimated by `bytesOf`. */
const maxBytes = 32 * 1024 * 1024

type Variables = Readonly<Record<string, unknown>>

/** An execution that other callers wait for. */
interface UnderWay {
  readonly since: number
  readonly result: Promise<ExecutionResult>
}

/**
 * Shares the answers of our own queries between anonymous callers for a moment: the same operation with the same variables,
 * public address and language is executed once, however many callers request it. Shared answers are frozen; answers with errors
 * are not shared. No answer is older than the latest mutation committed through this process.
 */
export function cacheAnonymousAnswers(operations: Operations): Operations {
  let committedAt = -Infinity
  const isOutdated = (since: number): boolean => since <= committedAt
  const kept = createGenerationalCache<ExecutionResult>({
    ttlMs,
    max: maxBytes,
    sizeOf: bytesOf,
  })
  const underWay = new Map<string, UnderWay>()

  async function execute(
    key: string,
    since: number,
    ...question: Parameters<Operations['answer']>
  ): Promise<ExecutionResult> {
    const result = await operations.answer(...question)
    if (underWay.get(key)?.since === since) underWay.delete(key)
    if (!isShared(result)) return result
    Object.freeze(result.data)
    if (!isOutdated(since)) kept.set(key, result, since)
    return result
  }

  async function anonymously(
    operation: PreparedOperation,
    variables: Variables,
    caller: Caller,
  ): Promise<ExecutionResult> {
    const key = `${operation.hash()} ${JSON.stringify([operation.name, caller.language, caller.origin, variables])}`
    const now = performance.now()
    const known = kept.get(key, now, committedAt)
    if (known) return known
    const before = underWay.get(key)
    if (before && !isOutdated(before.since)) {
      const result = await before.result
      // The error may concern only the caller who came first.
      return isShared(result) ? result : operations.answer(operation, variables, caller, 'system')
    }
    const result = execute(key, now, operation, variables, caller, 'system')
    underWay.set(key, { since: now, result })
    return result
  }

  return {
    prepare: operations.prepare,
    errorsOf: operations.errorsOf,
    async answer(operation, variables, caller, source) {
      if (operation.kind === 'mutation') {
        try {
          return await operations.answer(operation, variables, caller, source)
        } finally {
          committedAt = performance.now()
        }
      }
      return isKept(operation, caller, source)
        ? anonymously(operation, variables, caller)
        : operations.answer(operation, variables, caller, source)
    },
  }
}

function isKept(operation: PreparedOperation, { viewer, hasInvalidToken }: Caller, source: OperationSource): boolean {
  return source === 'system' && !viewer && !hasInvalidToken && !operation.answersSecrets
}

function isShared({ data, errors }: ExecutionResult): boolean {
  return data != null && errors === undefined
}

/** An estimate of the memory of a value, in bytes, as if no text were shared. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return 16 + value.length
  if (typeof value !== 'object' || value === null) return 8
  let bytes = 32
  if (Array.isArray(value)) for (const item of value) bytes += 8 + bytesOf(item)
  else for (const name in value) bytes += 8 + bytesOf((value as Variables)[name])
  return bytes
}
