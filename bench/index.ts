/** `npm run bench`: fills systems of its own, puts them under load, and recounts every counter. */
import { measureGrowth } from './growth/growth.ts'
import { growthText } from './growth/text.ts'
import { readOptions, usage, WrongOption } from './options.ts'
import { writeReport } from './report/report.ts'
import { mistakesIn, writeResults } from './results.ts'
import { run } from './run.ts'
import { measureStart } from './start/start.ts'
import { startText } from './start/text.ts'
import { whole } from './table.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(130)
    stopping.abort(new Error('stopped'))
  })
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!stopping.signal.aborted && !(error instanceof WrongOption)) throw error
  process.stderr.write(`${(error as Error).message}\n${error instanceof WrongOption ? `\n${usage}\n` : ''}`)
  process.exitCode = 1
}

function printAll(lines: readonly string[]): void {
  for (const line of lines) print(line)
}

async function main(commandLine: readonly string[]): Promise<void> {
  if (commandLine.includes('--help')) {
    print(usage)
    return
  }
  const options = readOptions(commandLine)
  const given = { ...options, commandLine, print, signal: stopping.signal }
  const began = performance.now()
  if (options.subject === 'growth') printAll(growthText(await measureGrowth(given)))
  else if (options.subject === 'start') printAll(startText(await measureStart(given)))
  else {
    const results = await run(given)
    print(`Written to ${await writeResults(results)}`)
    if (options.report) {
      const more = { growth: await measureGrowth(given), start: await measureStart(given) }
      for (const path of await writeReport(results, more)) print(`Written to ${path}`)
    }
    const { errors, wrong } = mistakesIn(results)
    print(`${whole(errors)} requests failed; ${whole(wrong)} kept counts differ from a recount`)
    if (errors + wrong > 0) process.exitCode = 1
  }
  print(`It took ${((performance.now() - began) / 60_000).toFixed(1)} minutes.`)
}
