/** Something that runs and can be stopped. */
export interface Running extends AsyncDisposable {
  /** What listens where, for the person who started it. */
  readonly addresses: readonly { readonly name: string; readonly url: string }[]
  /** Resolves with a line for the person who started it when a part that it needs cannot be kept running. */
  readonly givenUp?: Promise<string>
}

/** Why a process cannot start, in one line for the person who started it. */
export class CannotStart extends Error {}

/** Collects what was started, to stop it in reverse order, also when a later part cannot start. */
export class Stack implements AsyncDisposable {
  readonly #parts: (() => Promise<void>)[] = []

  /** Remembers something to stop. */
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
