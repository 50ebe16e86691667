import { WrongSetting, type Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { subgraphNames, subgraphs, urlSetting, type SubgraphName } from '../subgraphs/registry.ts'
import { rates, servesLandingPage, sharedServerOptions, socketOrigins } from './http-server-options.ts'
import { openDependencies, type Dependencies } from './dependencies.ts'
import { startMediaWorker } from './media-worker.ts'
import { listen } from './ports.ts'
import { Stack, type Running } from './running.ts'
import { startScheduler } from './scheduler.ts'
import { openWeb } from './web-client.ts'

export const serviceNames = [...subgraphNames, 'worker', 'gateway', 'rest-adapter'] as const
export type ServiceName = (typeof serviceNames)[number]

/**
 * Starts one part of the system in this process; it reaches the others over HTTP at the configured addresses. Loads only its
 * own code.
 *
 * @throws CannotStart and WrongSetting with one line for the operator; everything already started is stopped.
 */
export async function startService(name: ServiceName, environment: Environment, log: Logger): Promise<Running> {
  const stack = new Stack()
  try {
    const dependencies = stack.use(openDependencies(environment, log))
    const url = await start(name, dependencies, stack)
    return { addresses: [{ name, url }], [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

function start(name: ServiceName, dependencies: Dependencies, stack: Stack): Promise<string> {
  if (name === 'gateway') return startGateway(dependencies, stack)
  if (name === 'rest-adapter') return startRestAdapter(dependencies, stack)
  if (name === 'worker') return startWorker(dependencies, stack)
  return serveSubgraph(name, dependencies, stack)
}

async function serveSubgraph(name: SubgraphName, dependencies: Dependencies, stack: Stack): Promise<string> {
  const { environment, secrets, log } = dependencies
  const { createSubgraphServer } = await import('./subgraph-server.ts')
  const subgraph = stack.use(await subgraphs[name].start(dependencies))
  const app = createSubgraphServer(subgraph, secrets.callerSecret, log)
  stack.use({ [Symbol.asyncDispose]: () => app.close() })
  return listen(app, environment, 'SUBGRAPH_PORT')
}

async function startWorker(dependencies: Dependencies, stack: Stack): Promise<string> {
  const { createHealthServer } = await import('../platform/http/health-server.ts')
  const { environment, log } = dependencies
  const parts = [stack.use(await startMediaWorker(dependencies)), stack.use(await startScheduler(dependencies))]
  const app = createHealthServer(
    { checkHealth: async () => void (await Promise.all(parts.map((part) => part.checkHealth()))) },
    log,
  )
  stack.use({ [Symbol.asyncDispose]: () => app.close() })
  return listen(app, environment, 'SUBGRAPH_PORT')
}

async function startGateway(dependencies: Dependencies, stack: Stack): Promise<string> {
  const { createRemoteSubgraph } = await import('../gateway/execution/remote-subgraph.ts')
  const { createGateway } = await import('../gateway/server.ts')
  const { environment, secrets, log } = dependencies
  const remotes = subgraphNames.map((name) => {
    const url = environment[urlSetting(name)]
    if (url === undefined) throw new WrongSetting(`Missing setting: ${urlSetting(name)} is needed here`)
    return [name, stack.use(createRemoteSubgraph({ name, url, callerSecret: secrets.callerSecret, log }))] as const
  })
  const gateway = stack.use(
    await createGateway({
      subgraphs: Object.fromEntries(remotes),
      accessTokenKeys: secrets.accessTokenKeys,
      callerSecret: secrets.callerSecret,
      broadcast: dependencies.broadcast,
      redis: dependencies.redis,
      objectStoreAddress: dependencies.objectStoreAddress,
      landingPage: servesLandingPage(environment),
      web: await openWeb(environment, log),
      ...sharedServerOptions(environment),
      socketOrigins: socketOrigins(environment),
      rates: rates(environment),
      executor: environment.GATEWAY_EXECUTOR,
      log,
    }),
  )
  return `${await listen(gateway.app, environment, 'GRAPHQL_PORT')}/graphql`
}

async function startRestAdapter(dependencies: Dependencies, stack: Stack): Promise<string> {
  const { createRemoteGateway } = await import('../rest-adapter/remote-gateway.ts')
  const { openRestAdapter } = await import('./rest-adapter.ts')
  const { environment, secrets, log } = dependencies
  if (environment.GATEWAY_URL === undefined) throw new WrongSetting('Missing setting: GATEWAY_URL is needed here')
  const remote = createRemoteGateway({ url: environment.GATEWAY_URL, callerSecret: secrets.callerSecret, log })
  stack.use(remote)
  return openRestAdapter(remote.execute, dependencies, log, stack)
}
