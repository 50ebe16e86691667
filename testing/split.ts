import type { ServerUrls } from '../start/people.ts'
import { Stack } from '../start/running.ts'
import { subgraphNames, urlSetting, type SubgraphName } from '../subgraphs/registry.ts'
import { startProcess, type SystemProcess } from './system-process.ts'

/** The servers of a system in several processes, and the subgraphs behind them. */
export interface Split extends ServerUrls, AsyncDisposable {
  /** The address of each subgraph for the gateway. */
  readonly subgraphUrls: readonly string[]
  /** Stops the process of a subgraph. */
  readonly stop: (subgraph: SubgraphName) => Promise<void>
}

/** Starts every part of the system in a process of its own, as `npm start -- <part>` does. */
export async function startSplit(variables: Readonly<Record<string, string>>): Promise<Split> {
  const stack = new Stack()
  const processes = new Map<string, SystemProcess>()

  async function start(part: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const started = stack.use(startProcess(part, { ...variables, ...more }))
    processes.set(part, started)
    const line = await started.line(/ listens on /)
    return line.split(' listens on ')[1] ?? ''
  }

  try {
    const urls = await Promise.all(
      subgraphNames.map(async (name) => [urlSetting(name), `${await start(name)}/graphql`] as const),
    )
    const graphqlUrl = await start('gateway', Object.fromEntries(urls))
    const restUrl = await start('rest-adapter', { GATEWAY_URL: graphqlUrl })
    const subgraphUrls = urls.map(([, url]) => url)
    return {
      restUrl,
      graphqlUrl,
      subgraphUrls,
      stop: async (subgraph) => processes.get(subgraph)?.[Symbol.asyncDispose](),
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}
