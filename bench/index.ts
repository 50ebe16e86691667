/**
 * `npm run bench`: fills a system of its own, puts each hot route under load, and recounts every counter.
 * `npm run bench -- media` publishes clips, and tells how long that takes and what it costs.
 */
import { mediaUsage, readMediaOptions } from './media/options.ts'
import { runMedia } from './media/run.ts'
import { mediaTable } from './media/table.ts'
import { readOptions, usage, WrongOption } from './options.ts'
import { writeReport } from './report/report.ts'
import { mistakesIn, writeJson, writeResults } from './results.ts'
import { run } from './run.ts'
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
  const [part, ...rest] = process.argv.slice(2)
  await (part === 'media' ? benchMedia(rest) : main(process.argv.slice(2)))
} catch (error) {
  if (!stopping.signal.aborted && !(error instanceof WrongOption)) throw error
  process.stderr.write(
    `${(error as Error).message}\n${error instanceof WrongOption ? `\n${usage}\n\n${mediaUsage}\n` : ''}`,
  )
  process.exitCode = 1
}

async function main(commandLine: readonly string[]): Promise<void> {
  const options = readOptions(commandLine)
  const results = await run({ ...options, commandLine, print, signal: stopping.signal })
  print(`Written to ${await writeResults(results)}`)
  if (options.report) for (const path of await writeReport(results)) print(`Written to ${path}`)

  const { errors, wrong } = mistakesIn(results)
  print(`${whole(errors)} requests failed; ${whole(wrong)} kept counts differ from a recount`)
  if (errors + wrong > 0) process.exitCode = 1
}

async function benchMedia(commandLine: readonly string[]): Promise<void> {
  const options = { ...readMediaOptions(commandLine), commandLine: ['media', ...commandLine] }
  const results = await runMedia({ ...options, print, signal: stopping.signal })
  for (const line of mediaTable(results.publications)) print(line)
  print(`Written to ${await writeJson('media', results)}`)
}
