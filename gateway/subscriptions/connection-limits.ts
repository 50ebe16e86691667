import { clientNetwork } from '../../platform/http/client-network.ts'
import type { SharedCounts } from '../../platform/redis/shared-counts.ts'

/** How many connections may be open at a time. */
export interface ConnectionLimits {
  /** Counts a connection of an address; null when it has too many. */
  enterAddress(address: string): Disposable | null
  /** Counts a connection of a user; null when they have too many, over all processes. */
  enterUser(userId: string): Promise<Disposable | null>
}

/** Per user, over all processes; while Redis is down, in each process. */
export const connectionsPerUser = 10

/**
 * Counts the connections of this process. An address may have as many as this number of users.
 *
 * @param shared adds up the connections of users over all processes; without it there is one process.
 */
export function createConnectionLimits(
  usersPerAddress: number,
  shared: Pick<SharedCounts, 'add'> | undefined,
): ConnectionLimits {
  const addresses = createCounter(connectionsPerUser * usersPerAddress)
  const users = createCounter(connectionsPerUser)
  return {
    enterAddress: (address) => addresses(clientNetwork(address)),
    async enterUser(userId) {
      const here = users(userId)
      if (!here || !shared) return here
      const place = {
        [Symbol.dispose]() {
          if (isOver) return
          isOver = true
          here[Symbol.dispose]()
          void shared.add(userId, -1)
        },
      }
      let isOver = false
      if ((await shared.add(userId, 1)) <= connectionsPerUser) return place
      place[Symbol.dispose]()
      return null
    },
  }
}

/** 0 counts nothing. */
function createCounter(max: number): (key: string) => Disposable | null {
  const counts = new Map<string, number>()
  return (key) => {
    const count = counts.get(key) ?? 0
    if (max > 0 && count >= max) return null
    counts.set(key, count + 1)
    return new Place(counts, key)
  }
}

/** One of what is counted. */
class Place implements Disposable {
  readonly #counts: Map<string, number>
  readonly #key: string
  #isOver = false

  constructor(counts: Map<string, number>, key: string) {
    this.#counts = counts
    this.#key = key
  }

  [Symbol.dispose](): void {
    if (this.#isOver) return
    this.#isOver = true
    const left = (this.#counts.get(this.#key) ?? 1) - 1
    if (left === 0) this.#counts.delete(this.#key)
    else this.#counts.set(this.#key, left)
  }
}
