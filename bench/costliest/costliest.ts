import { readFileSync } from 'node:fs'
import pg from 'pg'
import { admitCost, admitShape } from '../../gateway/operation/admission.ts'
import { fieldOwnersIn } from '../../gateway/operation/admission/fetches.ts'
import { isPrepared, prepareOperation } from '../../gateway/operation/prepared-operation.ts'
import { publicSchema } from '../../schema/public-schema.ts'
import type { DataSet } from '../data-set.ts'
import { firstUserId, firstVideoId } from '../data-set.ts'
import { prepare } from '../prepare.ts'
import { usageByGroup } from '../system/processes.ts'
import { startAllInOne } from '../system/topologies.ts'
import { createGenerator, type Pick } from './generate.ts'

/** The result of the search for the most expensive operation. */
export interface Costliest {
  readonly seed: number
  /** How many operations admission let through, and how many it rejected. */
  readonly admitted: number
  readonly refused: number
  /** The most expensive one by CPU, and the one with the longest answer. */
  readonly byCpu: OperationCost
  readonly byBytes: OperationCost
}

export interface OperationCost {
  readonly text: string
  /** Of the system and its stores, after planning. */
  readonly cpuMs: number
  /** Of the first execution, including planning. */
  readonly firstCpuMs: number
  /** How much the memory of the server grew while it answered, in MB. */
  readonly memoryMb: number
  /** Rows read by PostgreSQL. */
  readonly rows: number
  readonly bytes: number
}

export interface CostliestOptions {
  readonly dataSet: DataSet
  /** The duration of the search. */
  readonly seconds: number
  readonly seed: number
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

/** How many of the most expensive operations are mutated further. */
const kept = 8
/** How often an operation is enlarged, as long as admission allows it, before it is sent. */
const growths = 150
/** CPU time is counted in hundredths of a second, so several requests are measured together. */
const repeats = 3

/** Searches for the most expensive operation that admission lets through, in a system of its own. */
export async function findCostliest({ dataSet, seconds, seed, print, signal }: CostliestOptions): Promise<Costliest> {
  await using prepared = await prepare({ dataSet, print, signal })
  await using urls = await startAllInOne(prepared.settings)
  const database = new pg.Client({ connectionString: prepared.databaseUrl })
  await database.connect()
  try {
    const supergraph = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')
    const schema = publicSchema(supergraph)
    const preparation = { schema, fieldOwners: fieldOwnersIn(supergraph), suggestNames: false }
    const newest = firstVideoId + dataSet.videos - 1
    const { rows: comments } = await database.query<{ id: string }>(
      'select id from social.comments order by id desc limit 500',
    )
    const ids = {
      users: Array.from({ length: 500 }, (_, n) => String(firstUserId + n)),
      videos: Array.from({ length: 500 }, (_, n) => String(newest - n)),
      comments: comments.map(({ id }) => id),
    }
    const generator = createGenerator(schema, ids, seed)
    const token = prepared.world.token(0)
    const caller = { viewer: { userId: String(firstUserId), sessionId: String(firstUserId) } }
    let [admitted, refused] = [0, 0]
    let population: { readonly picks: Pick[]; readonly cost: OperationCost }[] = []
    let byBytes: OperationCost | undefined

    function isAdmitted(text: string): boolean {
      const operation = prepareOperation(preparation, text, undefined)
      if (!isPrepared(operation) || operation.validationErrors().length > 0) return false
      try {
        admitShape(operation.shape(), operation.schemaQuestions())
        admitCost(() => operation.sizeOf({}), caller)
        return true
      } catch {
        return false
      }
    }

    /** Adds fields as long as admission allows it. */
    function saturate(picks: Pick[]): Pick[] {
      let full = picks
      for (let attempt = 0; attempt < growths; attempt++) {
        const grown = generator.grow(full)
        if (isAdmitted(generator.write(grown))) full = grown
      }
      return full
    }

    async function send(text: string): Promise<string> {
      const response = await fetch(urls.graphqlUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: text }),
        signal,
      })
      return response.text()
    }

    async function rowsRead(): Promise<number> {
      await database.query('select pg_stat_clear_snapshot()')
      const { rows } = await database.query<{ count: string }>(
        'select (tup_returned + tup_fetched)::text as count from pg_stat_database where datname = current_database()',
      )
      return Number(rows[0]?.count ?? 0)
    }

    async function costOf(text: string): Promise<OperationCost | null> {
      const start = systemUsage()
      const first = await send(text)
      if (!first.startsWith('{"data":{')) return null
      const planned = systemUsage()
      const before = await rowsRead()
      const from = systemUsage()
      for (let count = 0; count < repeats; count++) await send(text)
      const to = systemUsage()
      return {
        text,
        firstCpuMs: (planned.cpu - start.cpu) / 1_000,
        cpuMs: (to.cpu - from.cpu) / 1_000 / repeats,
        memoryMb: Math.max(0, planned.residentBytes - start.residentBytes) / 2 ** 20,
        rows: Math.round(((await rowsRead()) - before) / repeats),
        bytes: Buffer.byteLength(first),
      }
    }

    const until = performance.now() + seconds * 1_000
    while (performance.now() < until) {
      signal.throwIfAborted()
      const parent = population[generator.below(population.length * 2)]
      const seedling = parent && admitted > kept ? generator.change(parent.picks) : generator.create()
      const isSound = seedling.length > 0 && isAdmitted(generator.write(seedling))
      const picks = isSound ? saturate(seedling) : seedling
      const text = generator.write(picks)
      const cost = isSound ? await costOf(text) : null
      if (!cost) {
        refused++
        continue
      }
      admitted++
      if (!byBytes || cost.bytes > byBytes.bytes) byBytes = cost
      const dearest = population[0]?.cost.cpuMs ?? 0
      if (cost.cpuMs > dearest)
        print(
          `${cost.cpuMs.toFixed(0)} ms, ${cost.rows} rows, ${(cost.bytes / 1_000).toFixed(0)} KB: ${text.slice(0, 160)}`,
        )
      population = [...population, { picks, cost }].sort((a, b) => b.cost.cpuMs - a.cost.cpuMs).slice(0, kept)
    }
    const byCpu = population[0]?.cost
    if (!byCpu || !byBytes) throw new Error('admission let nothing through')
    return { seed, admitted, refused, byCpu, byBytes }
  } finally {
    await database.end()
  }
}

/** The usage of the system and its stores, without this process. */
function systemUsage(): { cpu: number; residentBytes: number } {
  let [cpu, residentBytes] = [0, 0]
  for (const [group, usage] of usageByGroup()) {
    if (group === 'generator') continue
    cpu += usage.cpu
    if (group === 'server') residentBytes += usage.residentBytes
  }
  return { cpu, residentBytes }
}
