import type { Socket } from 'node:net'

/** Event bits of Valkey's event loop (`src/ae.h`). */
const readableEvent = 1
const writableEvent = 2

/** The first descriptor that the module treats as a socket of the host; lower ones are its own files. */
const firstDescriptor = 4096

/** The event loop indexes its table by descriptor, and the table has 10 128 entries (maxclients plus reserve). */
const lastDescriptor = 10_127

/** Bytes buffered for one client in each direction before the sender has to wait. */
const bufferLimit = 1024 * 1024

/** How long a closed client may take to read the last reply, in milliseconds. */
const lingerMs = 1000

interface Connection {
  readonly socket: Socket
  readonly received: Buffer[]
  receivedBytes: number
  /** Nothing more will arrive: the client has ended the connection, or it broke. */
  ended: boolean
}

/** What the WebAssembly module imports as `host`; -1 means "would block" or, for a write, a broken connection. */
export interface HostImports {
  socket(): number
  listen(descriptor: number, port: number): number
  accept(listener: number): number
  read(descriptor: number, pointer: number, length: number): number
  write(descriptor: number, pointer: number, length: number): number
  close(descriptor: number): void
  poll(interest: number, count: number, fired: number, capacity: number, timeout: number): number
}

export interface SocketTable {
  readonly imports: HostImports
  /** Passes a connected client to the server, which accepts it in its next step. */
  connect(socket: Socket): void
  /** The number of events that the latest poll reported. */
  readonly fired: number
  /** Sends everything written since the last flush, so that many replies need one system call. */
  flush(): void
}

/**
 * The sockets of a Valkey server that runs in WebAssembly: Node owns them, the server addresses them by descriptor. Descriptors
 * are reused after closing, as in an operating system.
 *
 * @param memory returns the module's linear memory, which moves when it grows
 * @param wake called when a socket has become ready and the server should take a step
 */
export function createSocketTable(memory: () => ArrayBuffer, wake: () => void): SocketTable {
  const connections = new Map<number, Connection>()
  const closedDescriptors: number[] = []
  const waiting: number[] = []
  const corked = new Set<Socket>()
  let unusedDescriptor = firstDescriptor
  let listener = -1
  let fired = 0

  function takeDescriptor(): number | undefined {
    return closedDescriptors.pop() ?? (unusedDescriptor <= lastDescriptor ? unusedDescriptor++ : undefined)
  }

  function connect(socket: Socket): void {
    const descriptor = takeDescriptor()
    if (descriptor === undefined) {
      socket.destroy()
      return
    }
    const connection: Connection = { socket, received: [], receivedBytes: 0, ended: false }
    const end = () => {
      connection.ended = true
      wake()
    }
    socket.on('data', (chunk: Buffer) => {
      connection.received.push(chunk)
      connection.receivedBytes += chunk.length
      if (connection.receivedBytes >= bufferLimit) socket.pause()
      wake()
    })
    socket.on('drain', wake).on('end', end).on('close', end).on('error', end)
    connections.set(descriptor, connection)
    waiting.push(descriptor)
    wake()
  }

  function readyEvents(descriptor: number): number {
    if (descriptor === listener) return waiting.length > 0 ? readableEvent : 0
    const connection = connections.get(descriptor)
    if (!connection) return 0
    const readable = connection.receivedBytes > 0 || connection.ended
    const writable = connection.socket.writableLength < bufferLimit
    return (readable ? readableEvent : 0) | (writable ? writableEvent : 0)
  }

  const imports: HostImports = {
    socket: () => takeDescriptor() ?? -1,

    listen(descriptor) {
      listener = descriptor
      return 0
    },

    accept: () => waiting.shift() ?? -1,

    read(descriptor, pointer, length) {
      const connection = connections.get(descriptor)
      if (!connection) return -1
      const { received, socket } = connection
      if (connection.receivedBytes === 0) return connection.ended ? 0 : -1
      const target = new Uint8Array(memory(), pointer, length)
      let copied = 0
      for (let chunk = received[0]; chunk && copied < length; chunk = received[0]) {
        const part = chunk.subarray(0, length - copied)
        target.set(part, copied)
        copied += part.length
        if (part.length === chunk.length) received.shift()
        else received[0] = chunk.subarray(part.length)
      }
      connection.receivedBytes -= copied
      if (socket.isPaused() && connection.receivedBytes < bufferLimit) socket.resume()
      return copied
    },

    write(descriptor, pointer, length) {
      const socket = connections.get(descriptor)?.socket
      if (!socket?.writable) return -1
      const accepted = Math.min(length, bufferLimit - socket.writableLength)
      if (accepted <= 0) return 0
      if (!corked.has(socket)) {
        corked.add(socket)
        socket.cork()
      }
      socket.write(Buffer.from(new Uint8Array(memory(), pointer, accepted)))
      return accepted
    },

    close(descriptor) {
      const socket = connections.get(descriptor)?.socket
      if (!socket) return
      connections.delete(descriptor)
      closedDescriptors.push(descriptor)
      socket.setTimeout(lingerMs, () => socket.destroy())
      socket.end(() => socket.destroy())
    },

    poll(interest, count, firedPointer, capacity) {
      const watched = new Int32Array(memory(), interest, count * 2)
      const ready = new Int32Array(memory(), firedPointer, capacity * 2)
      fired = 0
      for (let i = 0; i < count && fired < capacity; i++) {
        const descriptor = watched[i * 2] ?? 0
        const events = readyEvents(descriptor) & (watched[i * 2 + 1] ?? 0)
        if (events === 0) continue
        ready[fired * 2] = descriptor
        ready[fired * 2 + 1] = events
        fired++
      }
      return fired
    },
  }

  return {
    imports,
    connect,
    get fired() {
      return fired
    },
    flush() {
      for (const socket of corked) socket.uncork()
      corked.clear()
    },
  }
}
