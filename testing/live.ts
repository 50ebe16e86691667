import { createClient, type Client } from 'graphql-ws'
import { vi } from 'vitest'
import WebSocket from 'ws'
import type { ServerUrls, Person } from '../start/people.ts'
import { patience } from './waiting.ts'

/** An event as tests select it. */
export interface SeenEvent {
  readonly __typename: string
  readonly id: string
  readonly cursor: string
  readonly message?: { readonly id: string; readonly content: string }
  readonly [field: string]: unknown
}

/** How a socket was closed. */
export interface Closed {
  readonly code: number
  readonly reason: string
}

/** A socket of somebody. */
export interface Live extends AsyncDisposable {
  readonly client: Client
  /** What the subscriptions of this socket were written, in order. */
  readonly events: readonly SeenEvent[]
  readonly errors: readonly unknown[]
  /** What the server said when it let the client in. */
  readonly acknowledged: { readonly cursor: string }
  /** Resolves when the server closes the socket. */
  readonly closed: Promise<Closed>
  /** Subscribes; `after` goes on behind a cursor. */
  subscribes(after?: string | null, selection?: string): void
  /** Resolves with the message of this text, when it comes. */
  hears(content: string, timeoutMs?: number): Promise<SeenEvent>
  /** Runs an operation over the socket. */
  asks(query: string, variables?: Record<string, unknown>): Promise<{ data?: unknown; errors?: unknown }>
}

export interface LiveOptions {
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** Whether it connects again by itself, and goes on where it was. */
  readonly retries?: boolean
  readonly language?: string
  /** After how long a handshake that is not answered is given up. */
  readonly handshakeMs?: number
}

export const selection = `__typename id cursor
  ... on MessageReceived { message { id content sender { id name } } conversation { unreadCount } }
  ... on MessageSent { message { id content } }
  ... on MessageRecalled { messageId }
  ... on NotificationAdded { notification { kind actorCount actors { id } video { id } } unreadCount }
  ... on NotificationsRead { readUpTo unreadCount }
  ... on VideoChanged { video { id status progress } }
  ... on Typing { user { id name } conversation { participant { id } } }
  ... on ConversationRead { readUpTo unreadCount }
  ... on ConversationSeen { readUpTo conversation { participantReadUpTo } }`

export function socketUrl({ graphqlUrl }: Pick<ServerUrls, 'graphqlUrl'>): string {
  return graphqlUrl.replace(/^http/, 'ws')
}

/** Opens a socket with graphql-ws's own client, and waits until it was let in. */
export async function goLive(
  doors: Pick<ServerUrls, 'graphqlUrl'>,
  person: Pick<Person, 'token'> | null,
  { headers = {}, retries = false, language, handshakeMs }: LiveOptions = {},
): Promise<Live> {
  const events: SeenEvent[] = []
  const errors: unknown[] = []
  let tellClosed: (closed: Closed) => void = () => undefined
  const closed = new Promise<Closed>((resolve) => (tellClosed = resolve))
  let acknowledged = { cursor: '' }
  let isLetIn = false
  class Socket extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, { headers, ...(handshakeMs !== undefined && { handshakeTimeout: handshakeMs }) })
    }
  }
  const client = createClient({
    url: socketUrl(doors),
    webSocketImpl: Socket,
    lazy: false,
    retryAttempts: retries ? 1_000 : 0,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    shouldRetry: () => retries,
    onNonLazyError: () => undefined,
    connectionParams: {
      ...(person && { authorization: `Bearer ${person.token}` }),
      ...(language !== undefined && { 'accept-language': language }),
    },
    on: {
      connected(_socket, payload) {
        acknowledged = payload as { cursor: string }
        isLetIn = true
      },
      closed(event) {
        const { code, reason } = event as Closed
        tellClosed({ code, reason })
      },
    },
  })
  await Promise.race([vi.waitUntil(() => isLetIn, { ...patience, interval: 5 }), closed])

  async function follow(after: string | null, fields: string): Promise<void> {
    try {
      const query = `subscription ($after: ID) { events(after: $after) { ${fields} } }`
      const results = client.iterate<{ events: SeenEvent }>({ query, variables: { after } })
      for await (const { data, errors: failed } of results) {
        if (failed) errors.push(...failed)
        if (data?.events) events.push(data.events)
      }
    } catch (error) {
      errors.push(error)
    }
  }

  return {
    client,
    events,
    errors,
    get acknowledged() {
      return acknowledged
    },
    closed,
    subscribes: (after = null, fields = selection) => void follow(after, fields),
    async hears(content, timeoutMs = patience.timeout) {
      const found = (): SeenEvent | undefined => events.find(({ message }) => message?.content === content)
      await vi.waitUntil(found, { timeout: timeoutMs, interval: 5 })
      return found() as SeenEvent
    },
    asks: (query, variables = {}) =>
      new Promise((resolve, reject) => {
        let result = {}
        client.subscribe(
          { query, variables },
          {
            next: (value) => (result = value),
            error: (reason) => (Array.isArray(reason) ? resolve({ errors: reason }) : reject(reason as Error)),
            complete: () => resolve(result),
          },
        )
      }),
    async [Symbol.asyncDispose]() {
      await client.dispose()
    },
  }
}

/** Opens a socket without a client; answers what HTTP said when there is none. */
export function openSocket(
  doors: Pick<ServerUrls, 'graphqlUrl'>,
  headers: Readonly<Record<string, string>> = {},
  protocol: string | null = 'graphql-transport-ws',
): Promise<{ readonly socket: WebSocket; readonly status: number }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(socketUrl(doors), protocol === null ? [] : [protocol], { headers })
    socket.once('open', () => resolve({ socket, status: 101 }))
    socket.once('unexpected-response', (_request, response) => {
      resolve({ socket, status: response.statusCode ?? 0 })
      response.resume()
      socket.terminate()
    })
    socket.once('error', reject)
  })
}

/** How a bare socket was closed. */
export function closing(socket: WebSocket): Promise<Closed> {
  return new Promise((resolve) => socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })))
}
