import { row } from '../report/row.ts'
import { wrongIn } from '../recount.ts'
import { short, systemCpu, whole } from '../table.ts'
import type { Growth } from './growth.ts'

/** The cost of growth, in Markdown: a ratio of one means no cost. */
export function growthText({ comparisons, recount }: Growth): string[] {
  return [
    '## More of everything',
    '',
    row('request', 'from', 'to', 'CPU µs', 'CPU µs', 'ratio', 'p50', 'p50', 'errors'),
    row('---', '---', '---', ...Array<string>(6).fill('--:')),
    ...comparisons.map(({ name, from, to, little, much }) =>
      row(
        name,
        from,
        to,
        whole(systemCpu(little.cpu)),
        whole(systemCpu(much.cpu)),
        (systemCpu(much.cpu) / systemCpu(little.cpu)).toFixed(2),
        short(little.load.p50),
        short(much.load.p50),
        whole(little.load.errors + much.load.errors),
      ),
    ),
    '',
    `A recount of the larger system took ${recount.seconds.toFixed(1)} s and found ${whole(wrongIn(recount))} counts wrong.`,
    '',
  ]
}
