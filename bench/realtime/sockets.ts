import WebSocket from 'ws'

/** An event as a socket received it. */
export interface Received {
  /** Which of the sockets. */
  readonly socket: number
  readonly type: string
  /** The text of the message; absent where there is none. */
  readonly content: string | undefined
}

/** Sockets that are subscribed to events. */
export interface Sockets extends AsyncDisposable {
  /** How many the server has closed by itself. */
  closedByServer(): number
}

export interface SocketsOptions {
  readonly graphqlUrl: string
  /** One socket for each. */
  readonly tokens: readonly string[]
  readonly onEvent: (event: Received) => void
  readonly signal: AbortSignal
}

/** How many sockets are opened at a time. */
const atOnce = 50

const query = `subscription {
  events { __typename id ... on MessageReceived { message { content sender { id name } } } ... on MessageSent { message { content } } }
}`

interface Frame {
  readonly type: string
  readonly payload?: {
    readonly data?: {
      readonly events: { readonly __typename: string; readonly message?: { readonly content: string } }
    }
    readonly errors?: unknown
  }
}

/** Opens sockets as clients do, and subscribes on each; resolves when the server has taken in all. */
export async function openSockets({ graphqlUrl, tokens, onEvent, signal }: SocketsOptions): Promise<Sockets> {
  const url = graphqlUrl.replace(/^http/, 'ws')
  const sockets: WebSocket[] = []
  let isOver = false
  let closed = 0

  function open(token: string, index: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false })
      sockets.push(socket)
      const send = (message: unknown): void => socket.send(JSON.stringify(message))
      socket.once('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }))
      socket.once('error', reject)
      socket.once('close', (code, reason) => {
        if (!isOver) closed++
        reject(new Error(`a socket was closed: ${code} ${reason.toString()}`))
      })
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString()) as Frame
        if (frame.type === 'connection_ack') {
          send({ id: '1', type: 'subscribe', payload: { query } })
          // The server answers in order.
          send({ type: 'ping' })
        } else if (frame.type === 'pong') resolve()
        else if (frame.type === 'next' && frame.payload?.data) {
          const { __typename: type, message } = frame.payload.data.events
          onEvent({ socket: index, type, content: message?.content })
        } else if (frame.type !== 'ping') reject(new Error(`a socket was told ${data.toString()}`))
      })
    })
  }

  for (let start = 0; start < tokens.length; start += atOnce) {
    signal.throwIfAborted()
    await Promise.all(tokens.slice(start, start + atOnce).map((token, index) => open(token, start + index)))
  }
  return {
    closedByServer: () => closed,
    async [Symbol.asyncDispose]() {
      isOver = true
      await Promise.all(sockets.map(close))
    },
  }
}

async function close(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return
  const closing = new Promise((resolve) => socket.once('close', resolve))
  socket.terminate()
  await closing
}
