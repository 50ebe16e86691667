import { AggregatorRegistry, collectDefaultMetrics, Registry, type MetricObject } from 'prom-client'
import { measures } from './measures.ts'

/** The measures of one process, as processes send them to each other. */
export type MeasuredProcess = readonly MetricObject[]

const ofNode = new Registry()
let isCollecting = false

/** What this process measured until now; beside its own measures those of Node and the operating system. */
export async function measureProcess(): Promise<MeasuredProcess> {
  if (!isCollecting) {
    isCollecting = true
    collectDefaultMetrics({ register: ofNode })
  }
  const own = await Promise.all(
    [...measures.values()].map(async (measure) => ({
      name: measure.name,
      help: measure.help,
      type: measure.type,
      aggregator: measure.aggregator,
      values: await measure.samples(),
    })),
  )
  return [...own, ...(await ofNode.getMetricsAsJSON())] as unknown as MeasuredProcess
}

/** The measures of processes together, in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export async function exposeProcesses(processes: readonly MeasuredProcess[]): Promise<string> {
  return AggregatorRegistry.aggregate(processes as MetricObject[][]).metrics()
}

export const contentType = Registry.PROMETHEUS_CONTENT_TYPE
