import type { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ExecuteOperation } from '../../platform/graphql/call.ts'
import { acceptedEncoding, compressed } from '../../platform/http/compression.ts'
import { incomingCall, type CallSettings } from '../../platform/http/incoming-call.ts'
import { varyBy } from '../../platform/http/vary.ts'
import { filesPath, headMark, type WebSource } from '../../web/output.ts'
import { routes } from '../../web/routes.ts'
import { pageHeaders } from './landing-pages.ts'
import { describePage, sharedVideoQuery, type SharedVideo } from './web-client/link-preview.ts'

export interface WebClientOptions {
  readonly source: WebSource
  /** The origins of videos and pictures, besides this one. */
  readonly contentOrigins: readonly string[]
  readonly settings: CallSettings
  readonly execute: ExecuteOperation
}

/** Serves the web client: one document for all pages, with tags for link previews, and its files, whose names have a hash. */
export function serveWebClient(app: FastifyInstance, options: WebClientOptions): void {
  const { source, settings, execute } = options
  const policy = contentSecurityPolicy(options.contentOrigins)

  function answerDocument(request: FastifyRequest, reply: FastifyReply, head: string): Promise<Buffer | string> {
    void reply
      .type('text/html; charset=utf-8')
      .headers({ 'content-security-policy': policy, 'cache-control': 'no-cache', ...pageHeaders })
    return compressed(
      request,
      reply,
      source.current().document.replace(headMark, () => head),
    )
  }

  /** Null when anonymous callers may not see it, and when nothing answers. */
  async function findShared(request: FastifyRequest, id: string): Promise<SharedVideo | null> {
    const call = { ...incomingCall(request, settings), token: null }
    const operation = {
      kind: 'query',
      operationName: 'SharedVideo',
      query: sharedVideoQuery,
      variables: { id },
    } as const
    const { data } = await execute(operation, call)
    return (data as { readonly video?: SharedVideo | null } | null | undefined)?.video ?? null
  }

  const { video: videoRoute, ...others } = routes
  for (const path of Object.values(others))
    app.get(path, (request, reply) => answerDocument(request, reply, describePage(null)))

  app.get<{ Params: { id: string } }>(videoRoute, async (request, reply) => {
    const { id } = request.params
    const video = isId(id) ? await findShared(request, id) : null
    const { origin } = incomingCall(request, settings)
    return answerDocument(request, reply, describePage(video && { video, url: `${origin}/v/${id}` }))
  })

  app.get<{ Params: { name: string } }>(`${filesPath}/:name`, (request, reply) => {
    const file = source.current().files.get(request.params.name)
    if (!file) {
      reply.callNotFound()
      return
    }
    varyBy(reply, 'accept-encoding')
    void reply.type(file.type).headers({
      'cache-control': 'public, max-age=31536000, immutable',
      'cross-origin-resource-policy': 'same-origin',
    })
    const encoding = acceptedEncoding(request.headers['accept-encoding'])
    const content = encoding && (encoding === 'br' ? file.br : file.gzip)
    if (!content) return reply.send(file.content)
    return reply.header('content-encoding', encoding).send(content)
  })

  if (source.changes) tellChanges(app, source.changes)
}

/** Tells open pages, as server-sent events, that there is another output. */
function tellChanges(app: FastifyInstance, changes: EventEmitter): void {
  const open = new Set<ServerResponse>()
  changes.on('change', () => open.forEach((response) => response.write('data: changed\n\n')))
  app.addHook('preClose', () => open.forEach((response) => response.end()))
  app.get(`${filesPath}/changes`, { config: { staysOpen: true } }, (request, reply) => {
    void reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    reply.raw.flushHeaders()
    open.add(reply.raw)
    request.raw.once('close', () => open.delete(reply.raw))
  })
}

/** Scripts and styles from this origin alone, none of them within the document. */
function contentSecurityPolicy(contentOrigins: readonly string[]): string {
  const content = ["'self'", ...contentOrigins].join(' ')
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src ${content} data: blob:`,
    `media-src ${content} blob:`,
    `connect-src ${content}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function isId(text: string): boolean {
  return /^\d{1,16}$/.test(text)
}
