import { row } from '../report/row.ts'
import { short, whole } from '../table.ts'
import type { Fairness } from './fairness.ts'

/** By how much the 99th percentile of other users' requests may grow. */
const target = 2

/** The effect of crowds on others, in Markdown. */
export function fairnessText({ rate, crowds }: Fairness): string[] {
  return [
    '## Beside clients that are silent, slow or greedy',
    '',
    `Other people send ${whole(rate)} requests a second for the hot page of the feed.`,
    '',
    row('beside', 'p50 alone', 'p50', 'p99 alone', 'p99', 'ratio of p99', 'errors', `below ${target}`),
    row('---', ...Array<string>(6).fill('--:'), '---'),
    ...crowds.map(({ name, alone, beside }) => {
      const ratio = beside.p99 / alone.p99
      return row(
        name,
        ...[alone.p50, beside.p50, alone.p99, beside.p99].map(short),
        ratio.toFixed(2),
        whole(alone.errors + beside.errors),
        ratio < target ? 'yes' : '**no**',
      )
    }),
    '',
  ]
}
