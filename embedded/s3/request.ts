import type { IncomingMessage } from 'node:http'
import { S3Error } from './errors.ts'

/** An HTTP request parsed as a path-style S3 request: `/<bucket>/<key>?<parameters>`. */
export interface S3Request {
  readonly incoming: IncomingMessage
  readonly method: string
  /** Decoded; begins with a slash. */
  readonly path: string
  /** '' for requests about the service. */
  readonly bucket: string
  /** '' for requests about a bucket. */
  readonly key: string
  /** Decoded, in the order sent. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
  /** The first parameter with that name. */
  readonly parameter: (name: string) => string | undefined
  /** A header by its name in lower case, one character per byte. */
  readonly header: (name: string) => string | undefined
  readonly headers: () => [name: string, value: string][]
}

/** The maximum length of a key in bytes. */
export const maximumKeyLength = 1024

/** Throws `InvalidURI` when the URI is not percent-encoded UTF-8, or `KeyTooLongError`. */
export function readRequest(incoming: IncomingMessage): S3Request {
  const url = incoming.url ?? '/'
  const question = url.indexOf('?')
  const path = percentDecode(question === -1 ? url : url.slice(0, question))
  if (!path.startsWith('/')) throw new S3Error('InvalidURI')
  const parameters = question === -1 ? [] : parseQuery(url.slice(question + 1))
  const slash = path.indexOf('/', 1)
  const key = slash === -1 ? '' : path.slice(slash + 1)
  if (Buffer.byteLength(key) > maximumKeyLength) throw new S3Error('KeyTooLongError')
  return {
    incoming,
    method: incoming.method ?? 'GET',
    path,
    bucket: path.slice(1, slash === -1 ? undefined : slash),
    key,
    parameters,
    parameter: (name) => parameters.find(([candidate]) => candidate === name)?.[1],
    header: (name) => joined(incoming.headers[name]),
    headers: () => Object.entries(incoming.headers).map(([name, value]) => [name, joined(value) ?? '']),
  }
}

function parseQuery(query: string): [string, string][] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const name = equals === -1 ? pair : pair.slice(0, equals)
      const value = equals === -1 ? '' : pair.slice(equals + 1)
      return [percentDecode(name.replaceAll('+', ' ')), percentDecode(value.replaceAll('+', ' '))]
    })
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value
}

/** Decodes percent-encoding. Throws `InvalidURI` when the result is not UTF-8. */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Error('InvalidURI')
  }
}
