import { expect, it } from 'vitest'
import { readUnchangedRows } from './unchanged-rows.ts'

/** A table of texts with versions, and how often what was read of it. */
function table() {
  const rows = new Map<string, { version: string; row: string }>()
  const taken = { rows: [] as string[], versions: [] as string[] }
  const among = <Value>(keys: readonly string[], valueOf: (row: { version: string; row: string }) => Value) =>
    new Map(
      keys.flatMap((key): [string, Value][] => {
        const row = rows.get(key)
        return row ? [[key, valueOf(row)]] : []
      }),
    )
  const read = readUnchangedRows({
    readRows: (keys) => {
      taken.rows.push(...keys)
      return Promise.resolve(among(keys, (row) => row))
    },
    readVersions: (keys) => {
      taken.versions.push(...keys)
      return Promise.resolve(among(keys, ({ version }) => version))
    },
    make: (row: string) => ({ text: row }),
    most: 100,
  })
  return {
    rows,
    read,
    take: () => ({ rows: taken.rows.splice(0), versions: taken.versions.splice(0) }),
  }
}

it('reads a row once while it does not change, and answers the very same', async () => {
  const { rows, read, take } = table()
  rows.set('a', { version: '1', row: 'one' })
  const first = (await read(['a', 'nobody'])).get('a')
  expect(first).toEqual({ text: 'one' })
  expect(take()).toEqual({ rows: ['a', 'nobody'], versions: [] })
  const again = await read(['a', 'nobody'])
  expect(again.get('a')).toBe(first)
  expect(again.has('nobody')).toBe(false)
  expect(take()).toEqual({ rows: ['nobody'], versions: ['a'] })
})

it('answers a row as it is when it has changed, gone or come', async () => {
  const { rows, read, take } = table()
  for (const key of ['a', 'b', 'c']) rows.set(key, { version: '1', row: key })
  await read(['a', 'b', 'c', 'd'])
  take()
  rows.set('a', { version: '2', row: 'changed' })
  rows.delete('b')
  rows.set('d', { version: '2', row: 'new' })
  const found = await read(['a', 'b', 'c', 'd'])
  expect(found).toEqual(
    new Map([
      ['d', { text: 'new' }],
      ['c', { text: 'c' }],
      ['a', { text: 'changed' }],
    ]),
  )
  expect(take()).toEqual({ rows: ['d', 'a'], versions: ['a', 'b', 'c'] })
  rows.set('b', { version: '3', row: 'back' })
  expect((await read(['b'])).get('b')).toEqual({ text: 'back' })
})

it('fails when it cannot tell whether a row has changed', async () => {
  let isAway = false
  const read = readUnchangedRows({
    readRows: (keys) => Promise.resolve(new Map(keys.map((key) => [key, { version: '1', row: key }]))),
    readVersions: (keys) =>
      isAway ? Promise.reject(new Error('away')) : Promise.resolve(new Map(keys.map((key) => [key, '1']))),
    make: (row: string) => row,
    most: 100,
  })
  await read(['a'])
  isAway = true
  await expect(read(['a'])).rejects.toThrow('away')
})
