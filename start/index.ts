/** `npm start` runs everything, in one process or in several that share the ports; `npm start -- <part>` runs one part. */
import { watchDescriptors } from './descriptor-watch.ts'
import { readSettings, type Environment } from '../platform/runtime/environment.ts'
import { createLogger, loggedError, type Logger } from '../platform/runtime/logger.ts'
import { validateSettings } from './validate-settings.ts'
import { surviveLostConnections } from './last-resort.ts'
import { serviceNames, startService, type ServiceName } from './one-service.ts'
import { accountCommands, isAccountCommand, runAccountCommand } from './account-commands.ts'
import { whenNpmEnds } from './parent.ts'
import { reasonToStop } from './reason-to-stop.ts'
import { openMetricsServer } from './metrics-server.ts'
import { CannotStart, Stack, type Running } from './running.ts'

const choices = ['all', ...serviceNames, 'migrate', 'sweep', 'recount', 'retranscode', 'build-web', ...accountCommands]

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const choice = process.argv[2] ?? 'all'
const { environment } = readSettings()
const log = createLogger(environment.LOG_LEVEL, choice)
surviveLostConnections(log)
watchDescriptors(log)

try {
  await main()
} catch (error) {
  const reason = reasonToStop(error, environment)
  if (reason === undefined) log.fatal({ err: error }, 'cannot start')
  process.stderr.write(`${reason ?? `Cannot start: ${loggedError(error).message}`}\n`)
  process.exit(1)
}

async function main(): Promise<void> {
  if (!choices.includes(choice))
    throw new CannotStart(`“${choice}” is not a known part; choose one of ${choices.join(', ')}.`)
  validateSettings(choice)
  if (choice === 'all') await runAll(environment, log)
  else if (choice === 'migrate')
    await (await import('./migrations.ts')).runMigrations(environment, process.argv.slice(3), print)
  else if (choice === 'sweep')
    await (await import('./sweep.ts')).runSweep(environment, process.argv.slice(3), print, log)
  else if (choice === 'recount') await runRecount(environment)
  else if (choice === 'retranscode')
    await (await import('./retranscode.ts')).runRetranscode(environment, process.argv.slice(3), print, log)
  else if (choice === 'build-web')
    print(`The web client is in ${await (await import('../web/build/build-web.ts')).buildWeb()}`)
  else if (isAccountCommand(choice)) await runAccountCommand(environment, choice, process.argv.slice(3), print, log)
  else if (isService(choice)) await runService(choice, environment, log)
}

function isService(choice: string): choice is ServiceName {
  return serviceNames.some((name) => name === choice)
}

async function runRecount(environment: Environment): Promise<void> {
  const { recountAll } = await import('./recount.ts')
  await recountAll(environment, print, log)
}

async function runService(name: ServiceName, environment: Environment, log: Logger): Promise<void> {
  const running = await withMetrics(await startService(name, environment, log), environment)
  stopOnSignal(running)
  for (const address of running.addresses) print(`${address.name} listens on ${address.url}`)
}

async function runAll(environment: Environment, log: Logger): Promise<void> {
  const { startAllInOne } = await import('./all-in-one.ts')
  const { introduce } = await import('./introduction.ts')
  const { seedWhenEmpty } = await import('./seed/seed.ts')
  const running = await startAllInOne({
    environment,
    log,
    print: (line) => print(line),
    watchesWeb: process.argv.includes('--watch-web'),
  })
  const stopping = stopOnSignal(await withMetrics(running, environment))
  introduce(running, print)
  if (environment.SEED ?? environment.NODE_ENV !== 'production') await seedWhenEmpty(running, print, stopping)
}

/** A part and the server of its measures, which stop together. */
async function withMetrics(part: Running, environment: Environment): Promise<Running> {
  const stack = new Stack()
  stack.use(part)
  try {
    const metrics = await openMetricsServer(environment, part)
    if (!metrics) return part
    stack.use(metrics)
    print(`Metrics are at ${metrics.url}`)
    return {
      ...part,
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

/** The time limit for stopping, in milliseconds; longer than the limit of every part, so it ends only what hangs. */
const stopWithinMs = 60_000

/**
 * Stops cleanly on Ctrl-C or SIGTERM, when the terminal or npm has ended, and when a part cannot be kept running; a second
 * Ctrl-C does not wait. Whatever cannot be stopped in time ends with the process, as after `kill -9`.
 */
function stopOnSignal(running: Running): AbortSignal {
  const stopping = new AbortController()
  function stop(exitCode: number): void {
    if (stopping.signal.aborted) return
    stopping.abort()
    print('Stopping…')
    setTimeout(() => {
      process.stderr.write(`Stopping took longer than ${stopWithinMs / 1_000} s; the process ends now.\n`)
      process.exit(1)
    }, stopWithinMs)
    running[Symbol.asyncDispose]().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        process.stderr.write(`${loggedError(error).message}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', () => (stopping.signal.aborted ? process.exit(130) : stop(0)))
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0))
  whenNpmEnds(() => stop(0))
  void running.givenUp?.then((reason) => {
    process.stderr.write(`${reason}\n`)
    stop(1)
  })
  return stopping.signal
}
