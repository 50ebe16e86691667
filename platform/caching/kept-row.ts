import type { Caller } from '../auth/caller.ts'

/** Clients reach a system by a few addresses; anybody can make up others, and those are written anew each time. */
const mostOrigins = 4

/** A row that is kept, and what is shown of it: written once for each address of this system, which stands in URLs. */
export class KeptRow<Row, Shown> {
  readonly row: Row
  readonly #show: (row: Row, caller: Pick<Caller, 'origin'>) => Shown
  readonly #origins: string[] = []
  readonly #shown: Shown[] = []

  /** @param show answers something that nobody changes; of the caller it knows the address that he uses. */
  constructor(row: Row, show: (row: Row, caller: Pick<Caller, 'origin'>) => Shown) {
    this.row = row
    this.#show = show
  }

  /** What is shown to a caller. */
  shownTo(caller: Pick<Caller, 'origin'>): Shown {
    const { origin } = caller
    const origins = this.#origins
    for (let index = 0; index < origins.length; index++) {
      if (origins[index] === origin) return this.#shown[index] as Shown
    }
    const shown = this.#show(this.row, caller)
    if (origins.length < mostOrigins) {
      origins.push(origin)
      this.#shown.push(shown)
    }
    return shown
  }
}
