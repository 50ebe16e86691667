import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import type { Results } from '../results.ts'
import { targets } from '../targets.ts'
import { whole } from '../table.ts'
import { drawChart } from './chart.ts'
import { reportText, type MoreResults } from './text.ts'

/** Writes `bench/REPORT.md` and its chart; returns their paths. */
export async function writeReport(results: Results, more: Omit<MoreResults, 'changes'>): Promise<string[]> {
  const [report, chart] = ['../REPORT.md', '../report.svg'].map((name) => fileURLToPath(new URL(name, import.meta.url)))
  if (report === undefined || chart === undefined) return []
  const style = await resolveConfig(report)
  const changes = await readFile(new URL('../changes.md', import.meta.url), 'utf8')
  await writeFile(report, await format(reportText(results, { ...more, changes }), { ...style, filepath: report }))
  await writeFile(chart, chartOf(results))
  return [report, chart]
}

function chartOf({ systems }: Results): string {
  const groups = Object.entries(targets).map(([route, target]) => ({
    label: route,
    bars: systems.flatMap(({ description, measurements }) =>
      measurements
        .filter((measurement) => measurement.route === route)
        .map(({ load }) => ({
          series: description,
          value: load.perSecond / target.perSecond,
          label: `${whole(load.perSecond)}/s`,
        })),
    ),
  }))
  return drawChart({
    title: 'Requests per second, as a share of the target of each route',
    unit: 'target',
    groups: groups.filter(({ bars }) => bars.length > 0),
  })
}
