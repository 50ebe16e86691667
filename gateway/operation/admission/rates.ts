import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Caller } from '../../../platform/auth/caller.ts'
import { clientNetwork } from '../../../platform/http/client-network.ts'
import { tooOften } from '../../../platform/runtime/errors.ts'
import { createFixedWindowLimit } from '../../../platform/limits/fixed-window-limit.ts'
import type { Redis } from '../../../platform/redis/client.ts'

/** The kinds of operations for rate limits. */
const kinds = ['reads', 'searches', 'writes', 'texts', 'uploads', 'signIns'] as const
export type RateKind = (typeof kinds)[number]

/** How many operations of a kind one user may send per minute; 0 means no limit. */
export interface Rates extends Readonly<Record<RateKind, number>> {
  /** How many users may share one address: an address may send this many times the limit of a user. */
  readonly usersPerAddress: number
}

/** Mutations with limits of their own: they reach other users, store files, or keep a core busy. */
const kindOfMutation: ReadonlyMap<string, RateKind> = new Map([
  ['addComment', 'texts'],
  ['addReply', 'texts'],
  ['reportVideo', 'texts'],
  ['reportComment', 'texts'],
  ['reportUser', 'texts'],
  ['sendMessage', 'texts'],
  ['updateProfile', 'texts'],
  ['createUpload', 'uploads'],
  ['setTitle', 'texts'],
  ['publishVideo', 'uploads'],
  ['setCover', 'uploads'],
  ['setVideoVisibility', 'uploads'],
  ['createPictureUpload', 'uploads'],
  ['register', 'signIns'],
  ['login', 'signIns'],
  ['refreshSession', 'signIns'],
  ['changePassword', 'signIns'],
])

/** Queries with a limit of their own: each reads thousands of rows. Different ones for one text are one search. */
const searchFields: ReadonlySet<string> = new Set(['searchVideos', 'searchUsers', 'searchTopics'])

const windowSeconds = 60

/** Limits how often users and addresses may send operations, over GraphQL and REST together. */
export interface RateAdmission extends AsyncDisposable {
  /**
   * Counts an operation for its caller.
   *
   * @param counts from `ratesOf`.
   * @throws RateLimited that says how long to wait.
   */
  admit(counts: ReadonlyMap<RateKind, number>, caller: Caller): void
}

/** Counts for all gateways together with Redis, otherwise for this process alone. */
export function createRateAdmission(rates: Rates, redis: Redis | undefined): RateAdmission {
  const limits = kinds.map((kind) => {
    const points = rates[kind]
    const limit = (whose: string, times: number) =>
      createFixedWindowLimit({ name: `gateway:${kind}-of-${whose}`, points: points * times, windowSeconds, redis })
    return [kind, { user: limit('person', 1), address: limit('address', rates.usersPerAddress) }] as const
  })
  const limitOf = new Map(limits)

  return {
    admit(counts, { viewer, clientAddress }) {
      for (const [kind, points] of counts) {
        const { user, address } = limitOf.get(kind) ?? {}
        const seconds =
          (viewer && user?.use(viewer.userId, points)) || address?.use(clientNetwork(clientAddress), points)
        if (seconds) throw tooOften(seconds)
      }
    },
    async [Symbol.asyncDispose]() {
      const all = limits.flatMap(([, { user, address }]) => [user, address])
      await Promise.all(all.map((limit) => limit[Symbol.asyncDispose]()))
    },
  }
}

/**
 * How an operation counts towards the limits: a query once, and as a search for each search of one kind, a mutation once per field. A fragment counts
 * where it is first spread, which prevents hiding many fields in it.
 */
export function ratesOf(document: DocumentNode, operation: OperationDefinitionNode): ReadonlyMap<RateKind, number> {
  const isMutation = operation.operation === OperationTypeNode.MUTATION
  const counts = new Map<RateKind, number>(isMutation ? [] : [['reads', 1]])
  const searches = new Map<string, number>()
  const spread = new Set<string>()

  function count({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value
        if (isMutation) {
          const kind = kindOfMutation.get(name) ?? 'writes'
          counts.set(kind, (counts.get(kind) ?? 0) + 1)
        } else if (searchFields.has(name)) searches.set(name, (searches.get(name) ?? 0) + 1)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        count(selection.selectionSet)
      } else if (!spread.has(selection.name.value)) {
        const name = selection.name.value
        spread.add(name)
        for (const node of document.definitions) {
          if (node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name) count(node.selectionSet)
        }
      }
    }
  }

  count(operation.selectionSet)
  if (searches.size > 0) counts.set('searches', Math.max(...searches.values()))
  return counts
}
