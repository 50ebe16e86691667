import type { Caller } from '../auth/caller.ts'

/** Clients use a few addresses of a system; made-up ones are not cached. */
const maxOrigins = 4

/** A cached row and its presented form, which is computed once per address of this system because it contains URLs. */
export class CachedRow<Row, Shown> {
  readonly row: Row
  readonly #show: (row: Row, caller: Pick<Caller, 'origin'>) => Shown
  readonly #origins: string[] = []
  readonly #shown: Shown[] = []

  /** @param show returns an immutable object; of the caller it may only use the address. */
  constructor(row: Row, show: (row: Row, caller: Pick<Caller, 'origin'>) => Shown) {
    this.row = row
    this.#show = show
  }

  /** The presented form for a caller. */
  shownTo(caller: Pick<Caller, 'origin'>): Shown {
    const { origin } = caller
    const origins = this.#origins
    for (let index = 0; index < origins.length; index++) {
      if (origins[index] === origin) return this.#shown[index] as Shown
    }
    const shown = this.#show(this.row, caller)
    if (origins.length < maxOrigins) {
      origins.push(origin)
      this.#shown.push(shown)
    }
    return shown
  }
}
