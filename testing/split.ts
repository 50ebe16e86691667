import type { Doors } from '../start/people.ts'
import { Stack } from '../start/running.ts'
import { startProcess } from './system-process.ts'

const subgraphNames = ['user', 'video', 'social', 'chat'] as const

/** Starts every part of the system in a process of its own, as `npm start -- <part>` does. */
export async function startSplit(variables: Readonly<Record<string, string>>): Promise<Doors & AsyncDisposable> {
  const stack = new Stack()

  async function start(part: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const line = await stack.use(startProcess(part, { ...variables, ...more })).line(/ listens on /)
    return line.split(' listens on ')[1] ?? ''
  }

  try {
    const urls = await Promise.all(
      subgraphNames.map(async (name) => [`${name.toUpperCase()}_SUBGRAPH_URL`, `${await start(name)}/graphql`]),
    )
    const graphqlUrl = await start('gateway', Object.fromEntries(urls) as Record<string, string>)
    const restUrl = await start('rest-adapter', { GATEWAY_URL: graphqlUrl })
    return { restUrl, graphqlUrl, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}
