import { settingNames } from '../../platform/runtime/environment.ts'
import type { ServerUrls } from '../../start/people.ts'
import { startSplit } from '../../testing/split.ts'
import { startProcess } from '../../testing/system-process.ts'

/** How the system is distributed over processes. */
export interface Topology {
  readonly name: string
  /** In words, for the report. */
  readonly description: string
  readonly start: (settings: Readonly<Record<string, string>>) => Promise<ServerUrls & AsyncDisposable>
}

const every: readonly Topology[] = [
  {
    name: 'one',
    description: 'all in one process',
    start: (settings) => startAllInOne(settings),
  },
  {
    name: 'two',
    description: 'two processes side by side, each with everything',
    start: (settings) => startAllInOne({ ...settings, PROCESSES: '2' }),
  },
  {
    name: 'split',
    description: 'a process for each subgraph, the gateway and the REST adapter',
    start: startSplit,
  },
]

/** The topologies that this version of the system supports. */
export const topologies = every.filter(({ name }) => name !== 'two' || settingNames.includes('PROCESSES'))

/** Starts everything in one process, or in as many as the settings say. */
export async function startAllInOne(settings: Readonly<Record<string, string>>): Promise<ServerUrls & AsyncDisposable> {
  const system = startProcess('all', settings)
  try {
    const [rest, graphql] = await Promise.all([system.line(/^ *REST +http/), system.line(/^ *GraphQL +http/)])
    return {
      restUrl: new URL(addressIn(rest)).origin,
      graphqlUrl: addressIn(graphql),
      [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
    }
  } catch (error) {
    await system[Symbol.asyncDispose]()
    throw error
  }
}

function addressIn(line: string): string {
  return /https?:\/\/\S+/.exec(line)?.[0] ?? ''
}
