import { bearerToken, preferredLanguage } from '../../platform/http/incoming-call.ts'
import type { Call } from '../../platform/graphql/call.ts'

type Parameters = Readonly<Record<string, unknown>>

/**
 * The call that a connection stands for: what its request said, and what the parameters of its first message say. Clients
 * send the headers of HTTP there, flat or under `headers`.
 */
export function callOfConnection(request: Call, parameters: unknown): Call {
  const given = asParameters(parameters)
  const all = { ...lowerCased(given), ...lowerCased(asParameters(given['headers'])) }
  const authorization = all['authorization']
  const token = typeof authorization === 'string' ? (bearerToken(authorization) ?? emptyAsNull(authorization)) : null
  return {
    ...request,
    token: token ?? emptyAsNull(all['token']) ?? request.token,
    language: preferredLanguage(emptyAsNull(all['accept-language']) ?? undefined, request.language),
  }
}

function asParameters(value: unknown): Parameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Parameters) : {}
}

function lowerCased(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name.toLowerCase(), value]))
}

/** A token; null for an empty text and for "Bearer" without a token, which clients send before a user has signed in. */
function emptyAsNull(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const text = value.trim()
  return text === '' || text.toLowerCase() === 'bearer' ? null : text
}
