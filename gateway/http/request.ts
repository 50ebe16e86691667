import type { FastifyRequest } from 'fastify'
import type { Message } from '../../platform/runtime/errors.ts'
import { RejectedRequest } from './rejected-request.ts'

/** The parameters of a request, before its text is found and parsed. */
export interface GraphqlRequest {
  /** Undefined when only the hash of the text was sent. */
  readonly query: string | undefined
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>> | undefined
  readonly extensions: Readonly<Record<string, unknown>>
}

type Given = Readonly<Record<string, unknown>>

/**
 * Parses a request according to GraphQL over HTTP: the parameters of a GET from its URL, those of a POST from its body.
 *
 * @throws RejectedRequest when they have the wrong types.
 */
export function readGraphqlRequest({ method, query, body }: FastifyRequest): GraphqlRequest {
  return method === 'POST' ? readParameters(bodyOf(body)) : readParameters(addressOf(query as Given))
}

/** Whether a URL contains a request at all. */
export function isAsking(query: unknown): boolean {
  const given = query as Given
  return given['query'] !== undefined || given['extensions'] !== undefined
}

function bodyOf(body: unknown): Given {
  if (Array.isArray(body)) {
    throw refused(
      'Send one operation per request; batches are not supported.',
      '每次请求只能包含一个操作，不支持批量。',
    )
  }
  if (typeof body !== 'object' || body === null) {
    throw refused('The body must be a JSON object with a "query".', '请求体须为含有 query 的 JSON 对象。')
  }
  return body as Given
}

/** The parameters in a URL, where objects are JSON. */
function addressOf(given: Given): Given {
  const read = (name: string): unknown => {
    const text = given[name]
    if (text === undefined || text === '') return undefined
    if (typeof text !== 'string') throw refused(`"${name}" occurs twice in the URL.`, `地址中的 ${name} 重复。`)
    try {
      return JSON.parse(text) as unknown
    } catch {
      throw refused(`"${name}" in the URL must be JSON.`, `地址中的 ${name} 须为 JSON。`)
    }
  }
  return { ...given, variables: read('variables'), extensions: read('extensions') }
}

function readParameters(given: Given): GraphqlRequest {
  return {
    query: textIn(given, 'query'),
    operationName: textIn(given, 'operationName'),
    variables: objectIn(given, 'variables'),
    extensions: objectIn(given, 'extensions') ?? {},
  }
}

/** A string; an empty one counts as absent. */
function textIn(given: Given, name: string): string | undefined {
  const value = given[name] ?? ''
  if (typeof value !== 'string') throw refused(`"${name}" must be a string.`, `${name} 须为字符串。`)
  return value === '' ? undefined : value
}

function objectIn(given: Given, name: string): Given | undefined {
  const value = given[name] ?? undefined
  if (value !== undefined && (typeof value !== 'object' || Array.isArray(value))) {
    throw refused(`"${name}" must be an object.`, `${name} 须为对象。`)
  }
  return value as Given | undefined
}

function refused(en: Message['en'], zh: Message['zh']): RejectedRequest {
  return new RejectedRequest(400, { en, zh })
}
