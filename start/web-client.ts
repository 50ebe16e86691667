import type { Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { buildWeb } from '../web/build/build-web.ts'
import { readOutput, type WebSource } from '../web/output.ts'

let opened: Promise<WebSource> | undefined

/** The web client, built if necessary, once per process; undefined when it is not wanted, or cannot be built. */
export async function openWeb(environment: Environment, log: Logger): Promise<WebSource | undefined> {
  if (!environment.WEB_CLIENT) return undefined
  try {
    return await (opened ??= open())
  } catch (error) {
    log.warn({ err: error }, 'the web client cannot be built')
    return undefined
  }
}

async function open(): Promise<WebSource> {
  const output = await readOutput(await buildWeb())
  return { current: () => output }
}
