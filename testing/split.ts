import type { Doors } from '../start/people.ts'
import { Stack } from '../start/running.ts'
import { startProcess } from './system-process.ts'

const subgraphNames = ['user', 'video', 'social', 'chat'] as const

/** The doors of a system in several processes, and what stands behind them. */
export interface Split extends Doors, AsyncDisposable {
  /** Where each subgraph answers the gateway. */
  readonly subgraphUrls: readonly string[]
}

/** Starts every part of the system in a process of its own, as `npm start -- <part>` does. */
export async function startSplit(variables: Readonly<Record<string, string>>): Promise<Split> {
  const stack = new Stack()

  async function start(part: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const line = await stack.use(startProcess(part, { ...variables, ...more })).line(/ listens on /)
    return line.split(' listens on ')[1] ?? ''
  }

  try {
    const urls = await Promise.all(
      subgraphNames.map(
        async (name) => [`${name.toUpperCase()}_SUBGRAPH_URL`, `${await start(name)}/graphql`] as const,
      ),
    )
    const graphqlUrl = await start('gateway', Object.fromEntries(urls))
    const restUrl = await start('rest-adapter', { GATEWAY_URL: graphqlUrl })
    const subgraphUrls = urls.map(([, url]) => url)
    return { restUrl, graphqlUrl, subgraphUrls, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}
