import type { ExecutionResult } from 'graphql'
import { expect, it, vi } from 'vitest'
import { anonymous } from '../../testing/callers.ts'
import { withFetchDeadlines } from './fetch-deadlines.ts'
import { gatewayUnderTest, post, stubs } from '../../testing/gateway.ts'
import type { Fetch } from './subgraph-client.ts'
import { patience } from '../../testing/waiting.ts'

const hanging = { execute: () => new Promise<never>(() => undefined) }

const ms = { query: 20, mutation: 40 }
const fragment = 'fragment Id on Video { id }'

/** Whether a fetch still waits for a subgraph that does not answer, with fake timers. */
async function waits(fetch: Fetch, untilMs: number): Promise<boolean> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const { user } = withFetchDeadlines({ user: hanging }, ms)
    const answer = vi.fn<(result: ExecutionResult) => void>()
    void user.execute(fetch, anonymous).then(answer)
    await vi.advanceTimersByTimeAsync(untilMs)
    if (answer.mock.lastCall) expect(answer.mock.lastCall[0].errors?.[0]?.extensions['code']).toBe('UNAVAILABLE')
    return answer.mock.lastCall === undefined
  } finally {
    vi.useRealTimers()
  }
}

it.each<Fetch>([
  { kind: 'query', query: '{ feed { pageInfo { hasNextPage } } }' },
  { kind: 'query', query: `${fragment} query Mutation { feed { edges { node { ...Id } } } }` },
  { kind: 'mutation', query: 'mutation { favoriteVideo { video { id } } }' },
  { kind: 'mutation', query: `${fragment} mutation { favoriteVideo { video { ...Id } } }` },
])('give up a subgraph that does not answer $query in time, and no sooner', async (fetch) => {
  expect(await waits(fetch, ms[fetch.kind] - 1)).toBe(true)
  expect(await waits(fetch, ms[fetch.kind])).toBe(false)
})

it('let a subgraph that hangs take only its own fields along', async () => {
  await using gateway = await gatewayUnderTest({ subgraphs: { ...stubs([]), user: hanging } })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const answer = post(gateway, '{ feed(first: 1) { edges { node { title author { name } } } } }')
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0), patience)
    await vi.advanceTimersByTimeAsync(6_000)
    const { data, errors } = await answer
    expect(data).toEqual({ feed: { edges: [{ node: { title: 'sunset', author: null } }] } })
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
  } finally {
    vi.useRealTimers()
  }
})
