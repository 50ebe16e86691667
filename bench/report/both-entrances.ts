import type { Measurement } from '../measure.ts'
import { systemCpu, whole } from '../table.ts'
import { row } from './row.ts'

/** The costs of REST and GraphQL for the same content, side by side, in Markdown; nothing where only one was measured. */
export function bothEntrancesText(measurements: readonly Measurement[]): string[] {
  const rows = measurements.flatMap((overGraphql) => {
    const overRest = measurements.find(({ route }) => route === overGraphql.sameAs)
    if (!overRest) return []
    const [rest, graphql] = [systemCpu(overRest.cpu), systemCpu(overGraphql.cpu)]
    const rates = [overRest, overGraphql].map(({ load }) => whole(load.perSecond))
    return [row(overRest.route, whole(rest), whole(graphql), (graphql / rest).toPrecision(2), ...rates)]
  })
  if (rows.length === 0) return []
  return [
    row('over REST and over GraphQL', 'CPU µs', 'CPU µs', 'times', 'req/s', 'req/s'),
    row('---', ...Array<string>(5).fill('--:')),
    ...rows,
    '',
  ]
}
