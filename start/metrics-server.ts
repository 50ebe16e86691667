import Fastify from 'fastify'
import type { Environment } from '../platform/runtime/environment.ts'
import { listen } from './ports.ts'
import type { Running } from './running.ts'

/**
 * Serves `GET /metrics` to Prometheus on a port of its own, which is reachable from this machine alone unless `METRICS_HOST` says
 * otherwise: what all processes of a part measured, added up. Without `METRICS_PORT` there is no server.
 *
 * @returns the server and its address, or null.
 */
export async function openMetricsServer(
  environment: Environment,
  { measureOthers }: Pick<Running, 'measureOthers'>,
): Promise<(AsyncDisposable & { readonly url: string }) | null> {
  const { METRICS_PORT, METRICS_HOST: HOST } = environment
  if (METRICS_PORT === undefined) return null
  const { contentType, exposeProcesses, measureProcess } = await import('../platform/metrics/exposition.ts')
  // Begins to measure what Node measures.
  await measureProcess()
  const app = Fastify()
  app.get('/metrics', async (_request, reply) => {
    const [own, others] = await Promise.all([measureProcess(), measureOthers?.() ?? []])
    return reply.type(contentType).send(await exposeProcesses([own, ...others]))
  })
  const url = await listen(app, { ...environment, HOST }, 'METRICS_PORT')
  return { url: `${url}/metrics`, [Symbol.asyncDispose]: () => app.close() }
}
