import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { typescriptLoader } from '../../testing/typescript.ts'
import { dataSetOf } from '../data-set.ts'
import { runOpenLoop } from '../load/open-loop.ts'
import type { LoadResult } from '../load/tally.ts'
import type { LoadShape } from '../measure.ts'
import { prepare } from '../prepare.ts'
import { reads } from '../routes/reads.ts'
import { startAllInOne } from '../system/topologies.ts'
import { crowds, type Crowd } from './crowds.ts'

/** What others notice of a crowd: the same requests alone and next to it, one right after the other. */
export interface Beside {
  readonly name: string
  readonly alone: LoadResult
  readonly beside: LoadResult
}

export interface Fairness {
  /** Requests per second of other users. */
  readonly rate: number
  readonly crowds: readonly Beside[]
}

/** The default limits, which keep greedy clients from affecting others. */
const limits = {
  READS_PER_MINUTE: '',
  PEOPLE_PER_ADDRESS: '',
  UPLOADS_AT_ONCE: '',
  UPLOADS_AT_ONCE_PER_ADDRESS: '',
  SHED_LOAD_AFTER_MS: '',
}
const rate = 200

/** Measures how much clients that cost as much as they can affect users who read pages. */
export async function measureFairness(
  options: LoadShape & { readonly videos: number; readonly print: (line: string) => void },
): Promise<Fairness> {
  const { print, signal, seconds, warmUpSeconds } = options
  await using prepared = await prepare({ dataSet: dataSetOf(options.videos), print, signal })
  await using urls = await startAllInOne({ ...prepared.settings, ...limits })
  const url = new URL(urls.restUrl)
  const { hotFeed } = reads(prepared.world)
  let turn = 0
  const load = (duration: number): Promise<LoadResult> =>
    runOpenLoop({ url, connections: 64, seconds: duration, rate, next: () => hotFeed.request(turn++), signal })

  await load(warmUpSeconds)
  const measured: Beside[] = []
  for (const crowd of crowds) {
    signal.throwIfAborted()
    const alone = await load(seconds)
    {
      await using _gathered = await startCrowd(crowd, url)
      // The first requests of a crowd are not representative.
      await load(warmUpSeconds)
      measured.push({ name: crowd.name, alone, beside: await load(seconds) })
    }
    print(
      `${crowd.name}: p99 ${alone.p99.toFixed(1)} ms alone, ${measured.at(-1)?.beside.p99.toFixed(1)} ms beside them`,
    )
  }
  return { rate, crowds: measured }
}

const crowdProcess = fileURLToPath(new URL('crowd-process.ts', import.meta.url))

async function startCrowd({ name }: Crowd, url: URL): Promise<AsyncDisposable> {
  const child = spawn(process.execPath, [...typescriptLoader, crowdProcess, name, url.href], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => Promise.reject(new Error(`${name} did not gather`))),
  ])
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
