import { describe, expect, it } from 'vitest'
import { createObjectIndex, type ListQuery } from './object-index.ts'

function indexOf(...keys: string[]) {
  return createObjectIndex(keys.map(objectOf))
}

function objectOf(key: string) {
  return { key, size: 1, etag: 'e', modified: 0, headers: {} }
}

function list(index: ReturnType<typeof indexOf>, query: Partial<ListQuery> = {}) {
  const page = index.list({ prefix: '', delimiter: '', after: '', limit: 1000, ...query })
  return {
    keys: page.objects.map(({ key }) => key),
    prefixes: page.prefixes,
    truncated: page.truncated,
    last: page.last,
  }
}

describe('a listing', () => {
  it('is in the order of the UTF-8 bytes of the keys, whatever order they came in', () => {
    // In UTF-16 order, which JavaScript uses for sorting, the emoji would come before the full-width letter.
    const index = indexOf('b', 'a/b', 'ａ')
    for (const key of ['😀', 'a', 'é', 'a/', 'a b']) index.set(objectOf(key))
    expect(list(index).keys).toEqual(['a', 'a b', 'a/', 'a/b', 'b', 'é', 'ａ', '😀'])
  })

  it('holds a key once however often it is set, and no longer than until it is deleted', () => {
    const index = indexOf('a', 'b', 'c')
    index.set(objectOf('b'))
    index.delete('a')
    index.delete('x')
    expect(list(index).keys).toEqual(['b', 'c'])
    expect(index.size).toBe(2)
  })

  it('is of the keys with the prefix', () => {
    const index = indexOf('a', 'ab', 'ab/c', 'abc', 'b')
    expect(list(index, { prefix: 'ab' }).keys).toEqual(['ab', 'ab/c', 'abc'])
    expect(list(index, { prefix: 'ac' }).keys).toEqual([])
  })

  it('rolls keys up to the delimiter after the prefix', () => {
    const index = indexOf('a', 'b/1', 'b/2', 'b/c/3', 'c', 'd/')
    expect(list(index, { delimiter: '/' })).toMatchObject({ keys: ['a', 'c'], prefixes: ['b/', 'd/'] })
    expect(list(index, { delimiter: '/', prefix: 'b/' })).toMatchObject({ keys: ['b/1', 'b/2'], prefixes: ['b/c/'] })
    expect(list(index, { delimiter: '/c/' })).toMatchObject({
      keys: ['a', 'b/1', 'b/2', 'c', 'd/'],
      prefixes: ['b/c/'],
    })
  })

  it('comes in pages that miss nothing and repeat nothing', () => {
    const index = indexOf('a', 'b/1', 'b/2', 'c', '视/1', '视/2', '频')
    const seen: string[] = []
    let after = ''
    for (
      let page = list(index, { delimiter: '/', limit: 1 });
      ;
      page = list(index, { delimiter: '/', limit: 1, after })
    ) {
      seen.push(...page.keys, ...page.prefixes)
      after = page.last
      if (!page.truncated) break
    }
    expect(seen).toEqual(['a', 'b/', 'c', '视/', '频'])
  })

  it('of nothing is complete', () => {
    expect(list(indexOf('a', 'b'), { limit: 0 })).toMatchObject({ keys: [], truncated: false })
    expect(list(indexOf())).toMatchObject({ keys: [], truncated: false })
    expect(list(indexOf('a', 'b'), { limit: 2 })).toMatchObject({ keys: ['a', 'b'], truncated: false })
  })
})
