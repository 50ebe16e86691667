import { tmpdir } from 'node:os'
import { makePrivateFolder } from '../files/folder.ts'
import { findFreePort } from '../processes/free-port.ts'
import { startServerProcess, type ServerProcess } from '../processes/server-process.ts'
import { waitUntil } from '../processes/wait-until.ts'
import { sendInlineCommands } from './inline-commands.ts'

export interface InstalledServerOptions {
  /** Absolute path of `redis-server` or `valkey-server`. */
  readonly program: string
  /** The working folder, where it writes nothing. */
  readonly directory: string | undefined
  readonly port: number | undefined
  readonly password: string
  /** Lines of the configuration file. */
  readonly settings: readonly string[]
}

const startTimeoutMs = 10_000

/** Starts an installed server that stores nothing on disk. Rejects with a one-line reason. */
export async function startInstalledServer(
  options: InstalledServerOptions,
): Promise<{ server: ServerProcess; port: number }> {
  const { program, directory, password } = options
  if (directory !== undefined) await makePrivateFolder(directory)
  const port = options.port ?? (await findFreePort())
  const server = await startServerProcess(
    program,
    ['-'],
    { cwd: directory ?? tmpdir(), stdio: ['pipe', 'pipe', 'ignore'] },
    [['SIGKILL', 5000]],
  )
  let output = ''
  server.child.stdout?.setEncoding('utf8').on('data', (part: string) => (output = (output + part).slice(-4000)))
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    'save ""',
    'appendonly no',
    `requirepass ${password}`,
    ...options.settings,
  ]
  // Through a pipe: arguments would show the password to every user of the machine.
  server.child.stdin?.end(`${settings.join('\n')}\n`)

  // The password distinguishes it from another server that already has the port.
  const answers = () =>
    sendInlineCommands(port, [`AUTH ${password}`]).then(
      (reply) => reply.startsWith('+OK'),
      () => false,
    )
  await waitUntil(async () => server.hasEnded() || (await answers()), startTimeoutMs)
  if (!server.hasEnded() && (await answers())) return { server, port }
  await server[Symbol.asyncDispose]()
  throw new Error(`${program} could not start on port ${port}: ${failureReason(output)}`)
}

/** Lines look like `4711:M 20 Nov 2026 19:29:09.472 # Warning: Could not create server TCP listening socket …`. */
function failureReason(output: string): string {
  const lines = output.trim().split('\n')
  const reason = lines.findLast((line) => line.includes('Could not')) ?? lines.at(-1) ?? ''
  return reason.replace(/^.* # (Warning: )?/, '')
}
