import { WrongSetting } from '../platform/environment.ts'

/** Something that runs and can be stopped. */
export interface Running extends AsyncDisposable {
  /** What listens where, for the person who started it. */
  readonly addresses: readonly { readonly name: string; readonly url: string }[]
}

/** Why a process cannot start, in one line for the person who started it. */
export class CannotStart extends Error {}

/** The line for the person who started it, when the reason is his to mend; undefined for a mistake of ours. */
export function reasonToStop(error: unknown): string | undefined {
  if (error instanceof CannotStart || error instanceof WrongSetting) return error.message
  if (error instanceof AggregateError) return reasonToStop(error.errors[0])
  const { code, address, port, hostname, cause } = error as NodeJS.ErrnoException & Partial<Record<string, unknown>>
  if (code === 'ECONNREFUSED' || code === 'ETIMEDOUT') return `Nothing answers at ${String(address)}:${String(port)}.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `There is no host ${String(hostname)}.`
  return cause === undefined ? undefined : reasonToStop(cause)
}

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
