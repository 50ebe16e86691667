import { expect, it, vi } from 'vitest'
import { anonymous } from '../testing/callers.ts'
import { withFetchDeadlines } from './fetch-deadlines.ts'
import { gatewayUnderTest, post, standIns } from './gateway-under-test.ts'

const hanging = { execute: () => new Promise<never>(() => undefined) }

it.each(['query Feed { feed { pageInfo { hasNextPage } } }', 'mutation Like { favoriteVideo { video { id } } }'])(
  'give up a subgraph that does not answer %s in time',
  async (query) => {
    const { user } = withFetchDeadlines({ user: hanging }, { queryMs: 20, mutationMs: 20 })
    expect(await user.execute({ query }, anonymous)).toMatchObject({
      errors: [{ extensions: { code: 'UNAVAILABLE' } }],
    })
  },
)

it('let a subgraph that hangs take only its own fields along', async () => {
  await using gateway = await gatewayUnderTest({ subgraphs: { ...standIns([]), user: hanging } })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const answer = post(gateway, '{ feed(first: 1) { edges { node { title author { name } } } } }')
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0))
    await vi.advanceTimersByTimeAsync(6_000)
    const { data, errors } = await answer
    expect(data).toEqual({ feed: { edges: [{ node: { title: 'sunset', author: null } }] } })
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
  } finally {
    vi.useRealTimers()
  }
})
