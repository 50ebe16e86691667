import { request } from 'undici'
import type { RestComment } from '../rest-adapter/presenters/comment.ts'
import type { RestFriend } from '../rest-adapter/presenters/friend.ts'
import type { RestMessage } from '../rest-adapter/presenters/message.ts'
import type { RestUser } from '../rest-adapter/presenters/user.ts'
import type { RestVideo } from '../rest-adapter/presenters/video.ts'

/** Names and values; as pairs where a name occurs twice. */
export type Values = Readonly<Record<string, string | number>> | readonly Pair[]
type Pair = readonly [name: string, value: string | number]

/** One part of a form, with full control of its head. */
export interface Part {
  readonly name: string
  readonly fileName?: string
  readonly type?: string
  readonly content: string | Buffer
}

/** What a call sends, and where. */
export interface Cargo {
  readonly query?: Values
  readonly form?: Values
  readonly json?: unknown
  readonly parts?: readonly Part[]
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** All keys that routes may return; which of them exist depends on the route. */
export interface RestBody {
  readonly status_code: number
  readonly status_msg: string
  readonly user_id: number
  readonly token: string
  readonly user: RestUser
  readonly video_list: readonly RestVideo[]
  readonly next_time: number
  readonly comment: RestComment
  readonly comment_list: readonly RestComment[]
  readonly user_list: readonly RestFriend[]
  readonly message_list: readonly RestMessage[]
}

export interface RestAnswer {
  readonly httpStatus: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: RestBody
}

/** An HTTP client that sends exactly what it is told: no redirects, no reordering, a body with any method. */
export function createRestClient(baseUrl: string) {
  async function call(method: 'GET' | 'POST', path: string, cargo: Cargo = {}): Promise<RestAnswer> {
    const { body, type } = encodeBody(cargo)
    const query = cargo.query ? `?${encodeValues(cargo.query)}` : ''
    const response = await request(`${baseUrl}${path}${query}`, {
      method,
      headers: { ...(type !== undefined && { 'content-type': type }), ...cargo.headers },
      ...(body !== undefined && { body }),
    })
    const text = await response.body.text()
    return { httpStatus: response.statusCode, headers: response.headers, body: parse(text) }
  }

  return {
    call,
    get: (path: string, query: Values = {}) => call('GET', path, { query }),
    post: (path: string, query: Values = {}) => call('POST', path, { query }),
  }
}

export type RestClient = ReturnType<typeof createRestClient>

function parse(text: string): RestBody {
  try {
    return JSON.parse(text) as RestBody
  } catch {
    throw new Error(`no JSON: ${text.slice(0, 200)}`)
  }
}

function encodeBody({ form, json, parts, body }: Cargo): { body?: string | Buffer; type?: string } {
  if (form) return { body: encodeValues(form), type: 'application/x-www-form-urlencoded' }
  if (json !== undefined) return { body: JSON.stringify(json), type: 'application/json' }
  if (parts) return { body: encodeParts(parts), type: `multipart/form-data; boundary=${boundary}` }
  return body === undefined ? {} : { body }
}

function encodeValues(values: Values): string {
  const pairs = isPairs(values) ? values : Object.entries(values)
  return new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value)])).toString()
}

function isPairs(values: Values): values is readonly Pair[] {
  return Array.isArray(values)
}

const boundary = 'a-boundary-of-the-test'

/** Encodes a form (RFC 7578). */
export function encodeParts(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(({ name, fileName, type, content }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    fileName === undefined ? '' : `; filename="${fileName}"`,
    type === undefined ? '' : `\r\nContent-Type: ${type}`,
    '\r\n\r\n',
    content,
    '\r\n',
  ])
  return Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece as string)))
}
