import { describe, expect, it } from 'vitest'
import type { Resolvers } from '../../subgraphs/video/schema.generated.ts'
import type { AskedFields } from './asked-fields.ts'
import type { Connection } from './connection.ts'
import { allOf, eachOf, pageOf, pageOfRows, reversed, together, type PagedList, type Visible } from './list.ts'

const asks = (...names: readonly string[]): AskedFields => ({
  has: (name) => names.includes(name),
  below: () => asks(),
})
const everything = asks('edges', 'pageInfo')

/** A list of the numbers from 1, each of which is written as a word; 3 is gone. */
function numbers(more: Partial<PagedList<number, string, string>> = {}): PagedList<number, string, string> {
  return {
    skeleton: ({ first, after }) => Array.from({ length: first + 1 }, (_, index) => Number(after ?? 0) + index + 1),
    cursorOf: String,
    hydrate: (rows) => rows.map((row) => (row === 3 ? null : `number ${row}`)),
    visibleTo: 'everybody',
    present: (items) => items.map((item) => item.toUpperCase()),
    ...more,
  }
}

function read({ edges, pageInfo }: Connection<string>) {
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = pageInfo
  const written = edges.map(({ cursor, node }) => `${cursor}: ${node}`)
  return { edges: written, hasNextPage, hasPreviousPage, startCursor, endCursor }
}

describe('a page', () => {
  it('is skeleton, hydrated, and presented, without what is gone, and at once when all of it is there', () => {
    const page = pageOf(numbers(), { first: 4 }, everything)
    expect(read(page as Connection<string>)).toEqual({
      edges: ['1: NUMBER 1', '2: NUMBER 2', '4: NUMBER 4'],
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: '1',
      endCursor: '4',
    })
  })

  it('leaves out what the viewer is not shown, and begins and ends where it does for everybody', async () => {
    const isEven = (items: readonly string[]) => Promise.resolve(items.map((item) => /[02468]$/.test(item)))
    const page = await pageOf(numbers({ visibleTo: isEven }), { first: 5, after: '3' }, everything)
    expect(read(page)).toMatchObject({
      edges: ['4: NUMBER 4', '6: NUMBER 6', '8: NUMBER 8'],
      startCursor: '4',
      endCursor: '8',
    })
  })

  it('presents nothing that the viewer is not shown', async () => {
    const presented: string[] = []
    const list = numbers({
      visibleTo: (items) => items.map((item) => item !== 'number 2'),
      present: (items) => (presented.push(...items), items),
    })
    await pageOf(list, { first: 4 }, everything)
    expect(presented).toEqual(['number 1', 'number 4'])
  })

  it('is read again without what the viewer is not shown where the list says how', async () => {
    const refill = () => [2, 4, 6, 8]
    const isEven = (items: readonly string[]) => items.map((item) => /[02468]$/.test(item))
    const page = await pageOf(numbers({ visibleTo: isEven, refill }), { first: 3 }, everything)
    expect(read(page)).toMatchObject({ edges: ['2: NUMBER 2', '4: NUMBER 4', '6: NUMBER 6'], endCursor: '6' })
    const none = await pageOf(numbers({ visibleTo: isEven, refill: () => [] }), { first: 3 }, asks('pageInfo'))
    expect(read(none)).toEqual({
      edges: [],
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    })
    const all = await pageOf(numbers({ visibleTo: () => 'all', refill: () => [] }), { first: 1 }, everything)
    expect(read(all).edges).toEqual(['1: NUMBER 1'])
  })

  it('hydrates nothing when nobody asks for its edges', async () => {
    const fails = () => expect.unreachable()
    const list = numbers({ hydrate: fails, present: fails, visibleTo: fails })
    expect(read(await pageOf(list, { first: 2 }, asks('pageInfo')))).toMatchObject({
      hasNextPage: true,
      endCursor: '2',
    })
  })

  it('of no rows has no cursors', async () => {
    expect(read(await pageOf(numbers(), { first: 0 }, everything))).toMatchObject({
      edges: [],
      hasNextPage: true,
      startCursor: null,
      endCursor: null,
    })
  })

  it.each(['skeleton', 'hydrate', 'visibleTo', 'present'])('fails when its step %s fails', async (step) => {
    const list = numbers({ [step]: () => Promise.reject(new Error(`no ${step}`)) })
    await expect(pageOf(list, { first: 2 }, everything)).rejects.toThrow(`no ${step}`)
  })

  it('can be seen from its other end', async () => {
    const list = { skeleton: () => [9, 8, 7], cursorOf: String, visibleTo: 'by statement' as const }
    const { edges, pageInfo } = reversed(await pageOfRows(list, { first: 2 }, everything))
    expect(edges.map(({ node }) => node)).toEqual([8, 9])
    expect(pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false, startCursor: '8', endCursor: '9' })
  })
})

describe('things by their ids', () => {
  it('are in the order of the ids, with null for what is gone or not shown', async () => {
    const showing = {
      visibleTo: (items: readonly string[]) => items.map((item) => item !== 'b'),
      present: (items: readonly string[]) => items.map((item) => (item === 'd' ? null : `${item}!`)),
    }
    expect(await eachOf(['a', null, 'b', 'a', 'c', 'd'], showing)).toEqual(['a!', null, null, 'a!', 'c!', null])
    expect(await eachOf(['a', 'c'], showing)).toEqual(['a!', 'c!'])
  })

  it('fail when nobody can say who is shown them', async () => {
    const visibleTo = () => Promise.reject(new Error('away'))
    await expect(eachOf(['a'], { visibleTo, present: (items) => items })).rejects.toThrow('away')
    await expect(allOf(['a'], visibleTo)).rejects.toThrow('away')
  })
})

it('is asked of every list by the types of its resolvers', () => {
  const page: Connection<never> = {
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  }
  // @ts-expect-error A connection that was not made by the steps of a list.
  const pages: Resolvers = { Query: { feed: () => page } }
  // @ts-expect-error Nor was this array.
  const arrays: Resolvers = { Query: { videos: () => [] } }
  // @ts-expect-error Who is shown it must be said.
  const silent: Parameters<typeof pageOf<number, number, number>>[0] = { ...numbers(), visibleTo: undefined }
  const sound: Resolvers = { Query: { videos: () => together([]), feed: () => page as Visible<Connection<never>> } }
  expect([pages, arrays, silent, sound]).toHaveLength(4)
})
