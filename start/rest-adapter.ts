import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecuteOperation } from '../platform/graphql/call.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { createRestAdapter } from '../rest-adapter/server.ts'
import type { Dependencies } from './dependencies.ts'
import { sharedServerOptions, restLimits } from './http-server-options.ts'
import { listen } from './ports.ts'
import type { Stack } from './running.ts'

/**
 * Starts the REST adapter on its port, in front of an executor of operations. Uploads are spooled to a temporary folder, which
 * is deleted with it.
 *
 * @returns its URL.
 */
export async function openRestAdapter(
  execute: ExecuteOperation,
  { environment, objectStoreAddress }: Pick<Dependencies, 'environment' | 'objectStoreAddress'>,
  log: Logger,
  stack: Stack,
): Promise<string> {
  const uploadFolder = await mkdtemp(join(tmpdir(), 'short-video-uploads-'))
  stack.use({ [Symbol.asyncDispose]: () => rm(uploadFolder, { recursive: true, force: true }) })
  const app = await createRestAdapter({
    execute,
    objectStoreAddress,
    ...sharedServerOptions(environment),
    ...restLimits(environment),
    uploadFolder,
    feed: environment.REST_FEED,
    log,
  })
  stack.use({ [Symbol.asyncDispose]: () => app.close() })
  return listen(app, environment, 'REST_PORT')
}
