/** A Relay connection (GraphQL Cursor Connections Specification). */
export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

/** What a page is asked for: at most `first` rows, behind the row of the cursor `after`. */
export interface PageArguments {
  readonly first: number
  readonly after?: string | null | undefined
}

/** Keeps a page size between 0 and a maximum. */
export function clampFirst(first: number, maximum: number): number {
  return Math.min(Math.max(first, 0), maximum)
}

/**
 * A page of a connection.
 *
 * @param rows up to one row more than `first`, which tells that a next page exists.
 */
export function toConnection<Row, Node>(
  rows: readonly Row[],
  page: PageArguments,
  cursorOf: (row: Row) => string,
  nodeOf: (row: Row) => Node,
): Connection<Node> {
  const shown = rows.slice(0, page.first)
  const cursorAt = (index: number): string | null => {
    const row = shown.at(index)
    return row === undefined ? null : cursorOf(row)
  }
  // What nobody asks for is not made.
  return {
    get edges() {
      return shown.map((row) => ({
        node: nodeOf(row),
        get cursor() {
          return cursorOf(row)
        },
      }))
    },
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after != null,
      get startCursor() {
        return cursorAt(0)
      },
      get endCursor() {
        return cursorAt(-1)
      },
    },
  }
}

/** The edges of a page whose nodes are read now, by their keys. One that has gone meanwhile is gone from the page, too. */
export async function withNodes<Key, Node>(
  edges: Connection<Key>['edges'],
  read: (key: Key) => Promise<Node | null>,
): Promise<Connection<Node>['edges']> {
  const nodes = await Promise.all(edges.map(({ node }) => read(node)))
  return edges.flatMap((edge, index) => {
    const node = nodes[index]
    if (node == null) return []
    return {
      node,
      get cursor() {
        return edge.cursor
      },
    }
  })
}
