/** What one process counts about itself. Recording costs a look-up and an addition; `exposition.ts` shows it to Prometheus. */

type Labels = Readonly<Record<string, string>>

/** A value of a measure, as Prometheus names it. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  /** When it is not that of the measure. */
  readonly metricName?: string
}

/** Something that is measured. */
export interface Measure {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** How the values of several processes become one. */
  readonly aggregator: 'sum' | 'max'
  /** The values as of now. */
  samples(): readonly Sample[] | Promise<readonly Sample[]>
}

/** All measures of this process, by name. */
export const measures = new Map<string, Measure>()

/** Before the name of each measure. */
const prefix = 'short_video_'

abstract class Series<Cell> {
  readonly name: string
  readonly #cells = new Map<string, { readonly labels: Labels; readonly cell: Cell }>()

  constructor(
    name: string,
    readonly help: string,
    readonly labelNames: readonly string[],
  ) {
    this.name = prefix + name
  }

  protected abstract create(): Cell

  /** The values of a combination of labels, in the order of their names. Keep it where it is needed often. */
  of(...values: readonly string[]): Cell {
    const key = values.join('\n')
    const known = this.#cells.get(key)
    if (known) return known.cell
    const labels = Object.fromEntries(this.labelNames.map((name, index) => [name, values[index] ?? '']))
    const cell = this.create()
    this.#cells.set(key, { labels, cell })
    return cell
  }

  protected cells(): readonly { readonly labels: Labels; readonly cell: Cell }[] {
    return [...this.#cells.values()]
  }
}

/** A number that only grows. */
export interface Count {
  value: number
}

/** Counts events. */
export class Counter extends Series<Count> implements Measure {
  readonly type = 'counter'
  readonly aggregator = 'sum'

  constructor(name: string, help: string, labelNames: readonly string[] = []) {
    super(name, help, labelNames)
    measures.set(this.name, this)
  }

  protected create(): Count {
    return { value: 0 }
  }

  samples(): readonly Sample[] {
    return this.cells().map(({ labels, cell }) => ({ labels, value: cell.value }))
  }
}

/** How often values came up to each bound. */
export class Distribution {
  readonly #bounds: readonly number[]
  readonly counts: Float64Array
  sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  observe(value: number): void {
    const bounds = this.#bounds
    let index = 0
    while (index < bounds.length && value > (bounds[index] ?? 0)) index++
    this.counts[index] = (this.counts[index] ?? 0) + 1
    this.sum += value
  }
}

/** Seconds of what a user waits for. */
const waitingTimes = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Counts how large values are. */
export class Histogram extends Series<Distribution> implements Measure {
  readonly type = 'histogram'
  readonly aggregator = 'sum'

  constructor(
    name: string,
    help: string,
    labelNames: readonly string[],
    readonly bounds: readonly number[] = waitingTimes,
  ) {
    super(name, help, labelNames)
    measures.set(this.name, this)
  }

  protected create(): Distribution {
    return new Distribution(this.bounds)
  }

  samples(): readonly Sample[] {
    return this.cells().flatMap(({ labels, cell }) => {
      let count = 0
      const buckets = [...cell.counts].map((counted, index) => ({
        labels: { ...labels, le: this.bounds[index] ?? '+Inf' },
        value: (count += counted),
        metricName: `${this.name}_bucket`,
      }))
      return [
        ...buckets,
        { labels, value: cell.sum, metricName: `${this.name}_sum` },
        { labels, value: count, metricName: `${this.name}_count` },
      ]
    })
  }
}

/** Reads a value as of now; null when it cannot be known. */
type ReadValue = () => number | null | Promise<number | null>

/** A value that is read when it is asked for. */
export class Gauge implements Measure {
  readonly type = 'gauge'
  readonly name: string
  readonly #watched = new Set<{ readonly labels: Labels; readonly read: ReadValue }>()

  constructor(
    name: string,
    readonly help: string,
    readonly aggregator: Measure['aggregator'] = 'sum',
  ) {
    this.name = prefix + name
    measures.set(this.name, this)
  }

  /** Shows a value until it is disposed of; what has the same labels is added up, or its maximum is taken. */
  watch(labels: Labels, read: ReadValue): Disposable {
    const watched = { labels, read }
    this.#watched.add(watched)
    return { [Symbol.dispose]: () => void this.#watched.delete(watched) }
  }

  async samples(): Promise<readonly Sample[]> {
    const values = new Map<string, Sample>()
    const read = await Promise.all(
      [...this.#watched].map(async ({ labels, read }) => ({ labels, value: await read() })),
    )
    for (const { labels, value } of read) {
      if (value === null) continue
      const key = JSON.stringify(labels)
      const known = values.get(key)?.value
      const all = known === undefined ? value : this.aggregator === 'sum' ? known + value : Math.max(known, value)
      values.set(key, { labels, value: all })
    }
    return [...values.values()]
  }
}
