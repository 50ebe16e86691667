import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Doors } from '../start/people.ts'
import { Stack } from '../start/running.ts'

const main = fileURLToPath(new URL('../start/index.ts', import.meta.url))

/** Starts every part of the system in a process of its own, as `npm start -- <part>` does. */
export async function startSplit(variables: Readonly<Record<string, string>>): Promise<Doors & AsyncDisposable> {
  const stack = new Stack()
  try {
    const names = ['user', 'video', 'social', 'chat'] as const
    const urls = await Promise.all(names.map((name) => startProcess(name, variables, stack)))
    const subgraphs = Object.fromEntries(
      names.map((name, index) => [`${name.toUpperCase()}_SUBGRAPH_URL`, `${urls[index] ?? ''}/graphql`]),
    )
    const graphqlUrl = await startProcess('gateway', { ...variables, ...subgraphs }, stack)
    const restUrl = await startProcess('rest-adapter', { ...variables, GATEWAY_URL: graphqlUrl }, stack)
    return { restUrl, graphqlUrl, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

/** Starts one part and answers the address that it prints. */
export async function startProcess(
  name: string,
  variables: Readonly<Record<string, string>>,
  stack: Stack,
): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', main, name], {
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  stack.use({ [Symbol.asyncDispose]: () => stop(child) })
  for await (const line of createInterface({ input: child.stdout })) {
    const address = / listens on (\S+)/.exec(line)?.[1]
    if (address === undefined) continue
    // Nobody reads on, but what the process still prints must go somewhere.
    child.stdout.resume()
    return address
  }
  throw new Error(`${name} ended before it listened`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
