import { clientNetwork } from '../../platform/http/client-network.ts'

/** How many connections may be open at a time. */
export interface ConnectionLimits {
  /** Counts a connection of an address; null when it has too many. */
  enterAddress(address: string): Disposable | null
  /** Counts a connection of a person; null when they have too many. */
  enterPerson(userId: string): Disposable | null
}

/** Of one person, in each process. */
export const connectionsPerPerson = 10

/** Counts the connections of this process. An address may have as many as so many people. */
export function createConnectionLimits(usersPerAddress: number): ConnectionLimits {
  const addresses = createCounter(connectionsPerPerson * usersPerAddress)
  const people = createCounter(connectionsPerPerson)
  return {
    enterAddress: (address) => addresses(clientNetwork(address)),
    enterPerson: people,
  }
}

/** 0 counts nothing. */
function createCounter(most: number): (key: string) => Disposable | null {
  const counts = new Map<string, number>()
  return (key) => {
    const count = counts.get(key) ?? 0
    if (most > 0 && count >= most) return null
    counts.set(key, count + 1)
    let isOver = false
    return {
      [Symbol.dispose]() {
        if (isOver) return
        isOver = true
        const left = (counts.get(key) ?? 1) - 1
        if (left === 0) counts.delete(key)
        else counts.set(key, left)
      },
    }
  }
}
