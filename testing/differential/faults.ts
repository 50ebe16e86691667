import { withFetchDeadlines } from '../../gateway/execution/fetch-deadlines.ts'
import { isData } from '../../gateway/execution/merge.ts'
import { NotFound } from '../../platform/runtime/errors.ts'
import { createRandom, seedOf, type Random } from '../random.ts'
import type { ChangePart, Intercept, Part } from './remembered-subgraph.ts'
import { surplus } from './surplus.ts'

/** What goes wrong while an operation runs: the same for every executor that makes the same request. */
export interface Faults {
  readonly intercept: Intercept
  readonly change: ChangePart
}

const silent = withFetchDeadlines(
  { silent: { execute: () => new Promise<never>(() => undefined) } },
  { query: 1, mutation: 1 },
).silent

/**
 * @param fetchRate the probability that a fetch fails as a whole.
 * @param valueRate the probability that something is wrong with a value.
 */
export function createFaults(seed: number, fetchRate: number, valueRate: number): Faults {
  return {
    intercept(about) {
      const random = createRandom(seedOf(seed, about))
      if (!random.chance(fetchRate)) return undefined
      const { message, extensions } = error(random)
      switch (random.below(4)) {
        case 0:
          return silent.execute({ kind: 'query', query: '' }, nobody)
        case 1:
          return Promise.reject(new Error('the connection broke'))
        case 2:
          return Promise.resolve({ data: null })
        default:
          return Promise.resolve({
            errors: [Object.assign(new NotFound({ en: message, zh: message }), { extensions })],
          })
      }
    },
    change(part, { subgraph, name, isEntity }) {
      // Concurrent fetches of the same value get the same answer, in any order; all subgraphs are asked for the identity of an entity.
      const randomAt = (path: Path) => {
        const isIdentity = isEntity && path.length === 1 && (path[0] === '__typename' || path[0] === 'id')
        return createRandom(seedOf(seed, `${isIdentity ? '' : subgraph} ${name} ${path.join(' ')}`))
      }
      const spoil = spoiler(part, randomAt, valueRate, isEntity)
      const typename = (part.data as { __typename?: unknown } | null)?.__typename
      part.data = spoil(part.data, [])
      // The root type is not the subgraph's to change.
      if (isData(part.data) && typename !== undefined && !isEntity) part.data['__typename'] = typename
    },
  }
}

const nobody = {
  viewer: null,
  language: 'en',
  origin: 'https://o',
  clientAddress: '192.0.2.1',
  userAgent: 'test',
  requestId: 'r',
} as const

type Path = readonly (string | number)[]

function spoiler(part: Part, randomAt: (path: Path) => Random, rate: number, isEntity: boolean) {
  return function spoil(value: unknown, path: Path): unknown {
    const random = randomAt(path)
    if (random.chance(rate)) {
      switch (random.below(4)) {
        case 0:
          return null
        case 1:
          // Only for a whole fetch may the path of an error be unknown.
          part.errors.push({ ...error(random), path: isEntity || random.chance(0.9) ? path : undefined })
          return null
        case 2:
          if (typeof value !== 'object') return random.oneOf<unknown>([42, 1.5, true, 'nonsense', '', 0])
          if (!Array.isArray(value) && value) Object.assign(value, structuredClone(surplus))
          break
        case 3:
          if (typeof value !== 'object') return undefined
      }
    }
    if (Array.isArray(value)) return value.map((entry, index) => spoil(entry, [...path, index]) ?? null)
    if (typeof value !== 'object' || value === null) return value
    for (const [name, inner] of Object.entries<unknown>({ ...value })) {
      const spoiled = spoil(inner, [...path, name])
      // The `__typename` of an object must be a string, or nothing works; for an entity the gateway knows it.
      const isKnown = isEntity && path.length === 0 && spoiled === null
      const isTypename = name === '__typename' && spoiled !== undefined && !isKnown
      Object.assign(value, { [name]: isTypename ? (spoiled === inner ? inner : 'Nobody') : spoiled })
    }
    return value
  }
}

function error(random: Random) {
  return {
    message: random.oneOf(['There is no such thing.', '']),
    extensions: random.oneOf<Record<string, unknown>>([
      { code: 'NOT_FOUND' },
      { code: 'UNAVAILABLE', retryAfter: 1 },
      { code: 'INVALID_GRAPHQL' },
      { code: 'TOO_SECRET' },
      {},
    ]),
  }
}
