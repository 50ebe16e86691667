import multipart, { type Multipart } from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Call } from '../platform/graphql/call.ts'
import { mergeParameters, type Parameters, type ParameterSource } from './parameters.ts'
import { unlessAborted, watchUpload } from './uploads/upload-watch.ts'

/** Far more than any call needs. */
const formLimits = { parts: 100, fields: 100, fieldSize: 64 * 1024, fileSize: 64 * 1024 }

/**
 * Makes an app parse parameters in every kind of body, also with GET. A body of an unknown type has none. For forms, only
 * fields are parsed here; a route with a file parses its form itself.
 */
export async function readBodies(app: FastifyInstance): Promise<void> {
  await app.register(multipart, {
    // Files are recognised by their names, not by their types, which clients set arbitrarily.
    isPartAFile: (name, _type, fileName) => name === 'data' || fileName !== undefined,
    throwFileSizeLimit: false,
  })
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, urlEncodedParameters(String(body)))
    } catch (error) {
      done(clientFault(error))
    }
  })
  app.addContentTypeParser(/^(application|text)\/([\w.-]+\+)?json/, { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, jsonParameters(String(body)))
    } catch (error) {
      done(clientFault(error))
    }
  })
  app.addContentTypeParser('*', (_request, _body, done) => done(null))
  app.addHook('onRequest', (request, _reply, done) => {
    // Many clients send a content type with every GET. Without a body it means nothing and must not require one.
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
    if (length === '0' && encoding === undefined) delete request.headers['content-type']
    done()
  })
}

/** The parameters of a request: from its query, then its body, and last a header `token`. */
export function parametersOf(request: FastifyRequest, body = request.body as ParameterSource | undefined): Parameters {
  return mergeParameters(queryParameters(request), body ?? [], tokenHeader(request))
}

/** A call with the token from its parameters; without one, the bearer token stays. */
export function withToken(call: Call, parameters: Parameters): Call {
  const token = parameters.get('token')
  return token ? { ...call, token } : call
}

/**
 * The parts of a form as they arrive. A malformed form is a client error. The form ends with its connection, because the parser
 * does not notice a request that was destroyed before.
 *
 * @param signal ends it, too, with the reason of the signal.
 */
export async function* formParts(
  request: FastifyRequest,
  signal: AbortSignal,
  maxFileBytes?: number,
): AsyncGenerator<Multipart> {
  try {
    signal.throwIfAborted()
    const limits = { ...formLimits, ...(maxFileBytes !== undefined && { fileSize: maxFileBytes }) }
    const parts = request.parts({ limits })[Symbol.asyncIterator]()
    for (;;) {
      const next = await unlessAborted(parts.next(), signal)
      if (next.done) return
      yield next.value
    }
  } catch (error) {
    throw clientFault(error)
  }
}

/**
 * The parameters of an `application/x-www-form-urlencoded` body.
 *
 * @throws Error when there are far more than any call has, because parsing tens of thousands costs as much as dozens of calls.
 */
export function urlEncodedParameters(text: string): ParameterSource {
  if (text.split('&', formLimits.fields + 1).length > formLimits.fields) throw new Error('too many fields')
  return new URLSearchParams(text)
}

/** Marks a parser's error as a client error, as the web framework does. */
export function clientFault(error: unknown): Error {
  return Object.assign(error instanceof Error ? error : new Error(String(error)), { statusCode: 400 })
}

/** The fields of a form; other parts are ignored. */
export async function formParameters(request: FastifyRequest): Promise<[name: string, value: string][]> {
  const parameters: [string, string][] = []
  using watch = watchUpload(request)
  for await (const part of formParts(request, watch.signal)) {
    if (part.type === 'field') parameters.push(...fieldParameter(part))
    else part.file.resume()
  }
  return parameters
}

/** A field of a form as a parameter; none when it is not a plain value. */
export function fieldParameter(part: Extract<Multipart, { type: 'field' }>): [name: string, value: string][] {
  return plainParameter(part.fieldname, part.value)
}

function queryParameters(request: FastifyRequest): [string, string][] {
  const query = request.query as Readonly<Record<string, string | string[]>>
  return Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : (value[0] ?? '')])
}

function tokenHeader(request: FastifyRequest): [string, string][] {
  return plainParameter('token', request.headers['token'])
}

function jsonParameters(text: string): [string, string][] {
  const body: unknown = JSON.parse(text)
  if (typeof body !== 'object' || body === null) return []
  return Object.entries(body).flatMap(([name, value]) => plainParameter(name, value))
}

/** Nothing for a value that is not a text, number or boolean. */
function plainParameter(name: string, value: unknown): [string, string][] {
  if (typeof value === 'string') return [[name, value]]
  return typeof value === 'number' || typeof value === 'boolean' ? [[name, String(value)]] : []
}
