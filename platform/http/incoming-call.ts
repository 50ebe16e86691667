import type { FastifyRequest } from 'fastify'
import type { Call } from '../graphql/call.ts'
import type { Language } from '../runtime/errors.ts'
import { hostOfSocket } from './host.ts'

/** How a server reads the caller from a request. */
export interface CallSettings {
  /** The language for clients that name none. */
  readonly defaultLanguage: Language
  /** The address under which clients reach the server; by default the one they called. */
  readonly publicUrl?: string | undefined
}

/** What a request says about its caller. The token is the bearer token; servers may accept other forms as well. */
export function incomingCall(request: FastifyRequest, settings: CallSettings): Call {
  const { headers } = request
  return {
    token: bearerToken(headers.authorization),
    language: preferredLanguage(headers['accept-language'], settings.defaultLanguage),
    origin: settings.publicUrl ?? `${protocolOf(request)}://${request.host || hostOfSocket(request.raw.socket)}`,
    clientAddress: request.ip,
    userAgent: (headers['user-agent'] ?? '').slice(0, 200),
    requestId: request.id,
  }
}

/** A proxy may send any value. */
function protocolOf({ protocol }: FastifyRequest): string {
  return (protocol as string) === 'https' ? 'https' : 'http'
}

/** The token of an Authorization header (RFC 6750 §2.1); null when there is none. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1] ?? null
}

/** Browsers send about 50 characters; everything after the limit is ignored. */
const maxLanguageCharacters = 500

/** The first supported language in an Accept-Language header (RFC 9110 §12.5.4), by weight. */
export function preferredLanguage(header: string | undefined, otherwise: Language): Language {
  if (header === undefined) return otherwise
  let best: Language | undefined
  let bestWeight = 0
  for (const range of header.slice(0, maxLanguageCharacters).toLowerCase().split(',')) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim())
    const language = languageOf(tag)
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    const weight = quality === undefined ? 1 : Number(quality.slice(2))
    if (language === undefined || !(weight > bestWeight)) continue
    best = language
    bestWeight = weight
  }
  return best ?? otherwise
}

function languageOf(tag: string): Language | undefined {
  if (tag === 'zh' || tag.startsWith('zh-')) return 'zh'
  return tag === 'en' || tag.startsWith('en-') ? 'en' : undefined
}
