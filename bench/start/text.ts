import type { StartResults } from './start.ts'

/** In seconds, on existing data. */
const target = 2

/** The start and idle results, in Markdown. */
export function startText({ starts, idleSeconds, idle, othersCores }: StartResults): string[] {
  const seconds = starts.map((start) => start.seconds)
  const groups = Object.entries(idle).map(([group, percent]) => `${group} ${percent.toFixed(1)} %`)
  return [
    '## Starting, and doing nothing',
    '',
    `\`npm start\` on existing data is ready after ${seconds.map((second) => second.toFixed(2)).join(', ')} s, of which CPU`,
    `${starts.map(({ cpuSeconds }) => cpuSeconds.toFixed(2)).join(', ')} s (target ${target} s: ${Math.max(...seconds) < target ? 'met' : 'missed'}).`,
    `With nothing to do for ${idleSeconds} s, the processes take of one core: ${groups.join(', ')}; whatever else ran on the`,
    `machine took ${Math.round(othersCores * 100)} %.`,
    '',
  ]
}
