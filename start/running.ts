import type { MeasuredProcess } from '../platform/metrics/exposition.ts'

/** A running part that can be stopped. */
export interface Running extends AsyncDisposable {
  /** What listens where, for the operator. */
  readonly addresses: readonly { readonly name: string; readonly url: string }[]
  /** Resolves with one line for the operator when a part that it needs cannot be kept running. */
  readonly givenUp?: Promise<string>
  /** What other processes of this part measured. */
  readonly measureOthers?: () => Promise<readonly MeasuredProcess[]>
}

/** Why a process cannot start, in one line for the operator. */
export class CannotStart extends Error {}

/** Collects started parts and stops them in reverse order, also when a later part cannot start. */
export class Stack implements AsyncDisposable {
  readonly #parts: (() => Promise<void>)[] = []

  /** Adds a part to stop. */
  use<Part extends AsyncDisposable | Disposable>(part: Part): Part {
    this.#parts.push(async () => {
      if (Symbol.asyncDispose in part) await part[Symbol.asyncDispose]()
      else part[Symbol.dispose]()
    })
    return part
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = []
    for (let stop = this.#parts.pop(); stop; stop = this.#parts.pop()) {
      try {
        await stop()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be stopped')
  }
}
