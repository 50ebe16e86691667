/** One of the processes that share the ports of `npm start`: `cluster.ts` starts it and tells it when to stop. */
import { watchDescriptors } from './descriptor-watch.ts'
import { readEnvironment } from '../platform/runtime/environment.ts'
import { createLogger, loggedError } from '../platform/runtime/logger.ts'
import type { OrderToWorker, WorkerMessage } from './cluster.ts'
import { openHttpServers } from './http-servers.ts'
import { surviveLostConnections } from './last-resort.ts'
import { reasonToStop } from './reason-to-stop.ts'

const told = new Promise((resolve) => {
  process.on('message', (order: OrderToWorker) => {
    if (order === 'stop') resolve(order)
    else void measure()
  })
  process.once('SIGTERM', resolve)
})
// Ctrl-C reaches all processes of a terminal; the parent decides what follows.
process.on('SIGINT', () => undefined)

process.on('SIGHUP', () => undefined)
// The parent controls this process; without it, this process ends.
process.once('disconnect', () => process.exit(1))

const environment = readEnvironment()
const log = createLogger(environment.LOG_LEVEL, 'all')
surviveLostConnections(log)
watchDescriptors(log)

try {
  const urls = await openHttpServers({ environment, log })
  await report({ urls: { restUrl: urls.restUrl, graphqlUrl: urls.graphqlUrl } })
  await told
  await urls[Symbol.asyncDispose]()
  process.exit(0)
} catch (error) {
  const reason = reasonToStop(error, environment)
  if (reason === undefined) log.fatal({ err: error }, 'cannot start')
  await report({ cannotStart: reason ?? `Cannot start: ${loggedError(error).message}` })
  process.exit(1)
}

async function measure(): Promise<void> {
  const { measureProcess } = await import('../platform/metrics/exposition.ts')
  await report({ measured: await measureProcess() })
}

function report(outcome: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send && process.connected) process.send(outcome, () => resolve())
    else resolve()
  })
}
