import { fromByteString, toByteString } from './byte-string.ts'

/** The metadata of an object. */
export interface StoredObject {
  readonly key: string
  readonly size: number
  /** Without quotes: the MD5 of the bytes in hex, or `<MD5 of the parts' MD5s>-<number of parts>`. */
  readonly etag: string
  /** Milliseconds since the epoch. */
  readonly modified: number
  /** Sent with the bytes: Content-Type, …, x-amz-meta-*; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

export interface ListQuery {
  readonly prefix: string
  /**
   * Keys that are equal up to its next occurrence after the prefix are grouped into one common prefix; '' disables grouping.
   */
  readonly delimiter: string
  /** Only keys and common prefixes after this one are listed. */
  readonly after: string
  /** Maximum number of objects and common prefixes together. */
  readonly limit: number
}

export interface ListPage {
  readonly objects: readonly StoredObject[]
  readonly prefixes: readonly string[]
  readonly truncated: boolean
  /** The last key or common prefix of the page, for `after`. */
  readonly last: string
}

export type ObjectIndex = ReturnType<typeof createObjectIndex>

/**
 * The objects of a bucket in memory: by key, and in S3 order, which is the order of UTF-8 bytes. Finding a page takes a binary
 * search; an insertion moves one pointer per later key.
 */
export function createObjectIndex(stored: readonly StoredObject[]) {
  const objects = new Map(stored.map((object) => [toByteString(object.key), object]))
  const names = [...objects.keys()].sort()

  /** The position of the first name for which `before` is false; it is true for all earlier names. */
  function firstNot(before: (name: string) => boolean, from = 0): number {
    let low = from
    let high = names.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (before(names[middle] ?? '')) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    get size() {
      return objects.size
    },

    get(key: string): StoredObject | undefined {
      return objects.get(toByteString(key))
    },

    set(object: StoredObject): void {
      const name = toByteString(object.key)
      if (!objects.has(name))
        names.splice(
          firstNot((other) => other < name),
          0,
          name,
        )
      objects.set(name, object)
    },

    delete(key: string): void {
      const name = toByteString(key)
      if (objects.delete(name))
        names.splice(
          firstNot((other) => other < name),
          1,
        )
    },

    list(query: ListQuery): ListPage {
      const prefix = toByteString(query.prefix)
      const delimiter = toByteString(query.delimiter)
      const after = toByteString(query.after)
      const page = { objects: [] as StoredObject[], prefixes: [] as string[], truncated: false, last: '' }
      let position = firstNot((name) => name < prefix || name <= after)
      for (;;) {
        const name = names[position]
        const object = name === undefined ? undefined : objects.get(name)
        if (name === undefined || object === undefined || !name.startsWith(prefix)) return page
        const cut = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length)
        const common = cut === -1 ? undefined : name.slice(0, cut + delimiter.length)
        if (common !== after) {
          if (page.objects.length + page.prefixes.length >= query.limit) return { ...page, truncated: query.limit > 0 }
          page.last = common === undefined ? object.key : fromByteString(common)
          if (common === undefined) page.objects.push(object)
          else page.prefixes.push(page.last)
        }
        position =
          common === undefined
            ? position + 1
            : firstNot((other) => other < common || other.startsWith(common), position)
      }
    },
  }
}
