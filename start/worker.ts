/** One of the processes that share the doors of `npm start`: `cluster.ts` starts it and tells it when to stop. */
import { readEnvironment } from '../platform/environment.ts'
import { createLogger } from '../platform/logger.ts'
import type { WorkerNews } from './cluster.ts'
import { openDoors } from './doors.ts'
import { reasonToStop } from './running.ts'

const told = new Promise((resolve) => {
  process.once('message', resolve)
  process.once('SIGTERM', resolve)
})
// Ctrl-C reaches every process of a terminal; the one that started the others decides what follows.
process.on('SIGINT', () => undefined)

try {
  const environment = readEnvironment()
  const doors = await openDoors({ environment, log: createLogger(environment.LOG_LEVEL, 'all') })
  await tell({ doors: { restUrl: doors.restUrl, graphqlUrl: doors.graphqlUrl } })
  await told
  await doors[Symbol.asyncDispose]()
  process.exit(0)
} catch (error) {
  const reason = reasonToStop(error)
  if (reason === undefined) throw error
  await tell({ cannotStart: reason })
  process.exit(1)
}

function tell(news: WorkerNews): Promise<void> {
  return new Promise((resolve) => process.send?.(news, () => resolve()))
}
