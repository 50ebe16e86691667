import { migrate } from '../db/migrate.ts'
import { startMissingServices, type Services } from '../embedded/services.ts'
import { createPasswords } from '../subgraphs/user/accounts/passwords.ts'
import { describeDataSet, type DataSet } from './data-set.ts'
import { fill } from './fill.ts'
import { password } from './routes/viewers.ts'

export interface FilledServicesOptions {
  /** An empty folder for the data of the services. */
  readonly folder: string
  readonly dataSet: DataSet
  /** The titles, as SQL over `i`. */
  readonly title?: string
  /** Prints progress. */
  readonly print: (line: string) => void
  /** Aborts filling; the promise then rejects. */
  readonly signal: AbortSignal
}

/** Starts services of its own in a folder, and fills them. */
export async function startFilledServices(options: FilledServicesOptions): Promise<Services> {
  const { folder, dataSet, title, print, signal } = options
  const where = { dataDir: folder, host: '127.0.0.1', objectStorePort: 0 }
  const services = await startMissingServices({ ...where, allowEmbedded: true }, () => undefined)
  try {
    const { databaseUrl } = services
    await migrate(databaseUrl)
    print(`Filling ${describeDataSet(dataSet)}`)
    const start = performance.now()
    const passwordHash = await (await createPasswords()).hash(password)
    await fill({ databaseUrl, dataSet, passwordHash, title, print, signal })
    print(`  took ${Math.round((performance.now() - start) / 1_000)} s`)
    return services
  } catch (error) {
    await services[Symbol.asyncDispose]()
    throw error
  }
}
