import type { FastifyRequest } from 'fastify'
import type { Call } from './call.ts'
import type { Language } from './errors.ts'

/** How a door reads calls. */
export interface DoorSettings {
  /** The language of clients that name none. */
  readonly defaultLanguage: Language
  /** The address under which clients reach the door; else the one that they called. */
  readonly publicUrl?: string | undefined
}

/** What a request says about its caller. The token is the bearer's; a door may know others. */
export function incomingCall(request: FastifyRequest, settings: DoorSettings): Call {
  const { headers } = request
  return {
    token: bearerToken(headers.authorization),
    language: preferredLanguage(headers['accept-language'], settings.defaultLanguage),
    origin: settings.publicUrl ?? `${request.protocol}://${request.host}`,
    clientAddress: request.ip,
    userAgent: (headers['user-agent'] ?? '').slice(0, 200),
    requestId: request.id,
  }
}

/** The token of an Authorization header (RFC 6750 §2.1); null when there is none. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1] ?? null
}

/** The first of our languages in an Accept-Language header (RFC 9110 §12.5.4), by its weights. */
export function preferredLanguage(header: string | undefined, otherwise: Language): Language {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/)
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      return { tag, weight: weight === undefined ? 1 : Number(weight.slice(2)) }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  for (const { tag } of wanted) {
    if (tag === 'zh' || tag.startsWith('zh-')) return 'zh'
    if (tag === 'en' || tag.startsWith('en-')) return 'en'
  }
  return otherwise
}
