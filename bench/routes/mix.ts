import type { Route } from '../load/request.ts'

/** A route and its percentage of the requests. */
export type Share = readonly [percent: number, route: Route]

/** Where the series of a mix begin, so that they do not repeat earlier writes. */
const first = 5_000_000

/** A series of requests to several routes of one server in fixed shares, spread as evenly as possible. */
export function mix(name: string, shares: readonly Share[]): Route {
  const turns = spread(shares)
  return {
    name,
    door: 'rest',
    request(n) {
      const turn = turns[n % turns.length]
      if (!turn) throw new Error('a mix of nothing')
      return turn.route.request(first + Math.floor(n / turns.length) * turn.percent + turn.before)
    },
  }
}

interface Turn {
  readonly route: Route
  readonly percent: number
  /** How often this route occurred earlier in a round. */
  readonly before: number
}

/** The most overdue route is next, as in smooth weighted round-robin. */
function spread(shares: readonly Share[]): Turn[] {
  const entries = shares.map(([percent, route]) => ({ percent, route, credit: 0, before: 0 }))
  const total = shares.reduce((sum, [percent]) => sum + percent, 0)
  return Array.from({ length: total }, () => {
    for (const entry of entries) entry.credit += entry.percent
    const next = entries.reduce((most, entry) => (entry.credit > most.credit ? entry : most))
    next.credit -= total
    return { route: next.route, percent: next.percent, before: next.before++ }
  })
}
