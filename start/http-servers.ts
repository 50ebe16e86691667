import { subgraphNames, subgraphs } from '../subgraphs/registry.ts'
import { createGateway } from '../gateway/server.ts'
import type { Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { operations } from '../rest-adapter/operations.generated.ts'
import { rates, servesLandingPage, sharedServerOptions, socketOrigins } from './http-server-options.ts'
import type { WebSource } from '../web/output.ts'
import { openDependencies } from './dependencies.ts'
import type { ServerUrls } from './people.ts'
import { listen } from './ports.ts'
import { openRestAdapter } from './rest-adapter.ts'
import { Stack } from './running.ts'
import { openWeb } from './web-client.ts'

export interface HttpServersOptions {
  /** With an address for every service. */
  readonly environment: Environment
  readonly log: Logger
  readonly onQuery?: ((sql: string) => void) | undefined
  /** The web client; by default it is read, and built if necessary. */
  readonly web?: WebSource | undefined
}

/**
 * Opens the two HTTP servers in this process, with all subgraphs behind them. Calls between servers and subgraphs do not use
 * HTTP.
 *
 * @throws CannotStart and WrongSetting with one line for the operator; everything already started is stopped.
 */
export async function openHttpServers(options: HttpServersOptions): Promise<ServerUrls & AsyncDisposable> {
  const stack = new Stack()
  try {
    const urls = await openParts(options, stack)
    return { ...urls, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

async function openParts({ environment, log, onQuery, web }: HttpServersOptions, stack: Stack): Promise<ServerUrls> {
  const dependencies = stack.use(openDependencies(environment, log, onQuery))
  const started = await Promise.all(
    subgraphNames.map(async (name) => [name, stack.use(await subgraphs[name].start(dependencies))] as const),
  )
  const gateway = stack.use(
    await createGateway({
      subgraphs: Object.fromEntries(started),
      accessTokenKeys: dependencies.secrets.accessTokenKeys,
      callerSecret: dependencies.secrets.callerSecret,
      broadcast: dependencies.broadcast,
      redis: dependencies.redis,
      objectStoreAddress: dependencies.objectStoreAddress,
      landingPage: servesLandingPage(environment),
      web: web ?? (await openWeb(environment, log)),
      ...sharedServerOptions(environment),
      socketOrigins: socketOrigins(environment),
      rates: rates(environment),
      executor: environment.GATEWAY_EXECUTOR,
      log: log.child({ part: 'gateway' }),
    }),
  )
  // Planning an operation for the first time takes a while; do it before the first user waits for it.
  await gateway.warm(
    Object.values(operations).map(({ kind, name, text }) => ({ kind, operationName: name, query: text })),
  )
  return {
    graphqlUrl: `${await listen(gateway.app, environment, 'GRAPHQL_PORT')}/graphql`,
    restUrl: await openRestAdapter(gateway.execute, dependencies, log.child({ part: 'rest-adapter' }), stack),
  }
}
