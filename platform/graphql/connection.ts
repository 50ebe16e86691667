import { BadUserInput } from '../runtime/errors.ts'

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

/**
 * A page out of a client's arguments: at most so long as a page may be, and from the beginning when its cursor is empty.
 *
 * @throws BadUserInput when it is to have fewer than 0 rows.
 */
export function pageArguments({ first, after }: PageArguments, most: number): PageArguments {
  if (first < 0) {
    throw new BadUserInput({ en: 'A page has 0 entries or more.', zh: '每页条数不能为负数。' })
  }
  return { first: Math.min(first, most), after: after === '' ? null : after }
}

/**
 * A page of a connection.
 *
 * @param rows up to one row more than `first`, which tells that a next page exists.
 * @param nodeOf answers null for what the page leaves out: it is shorter then, and begins and ends where it did.
 */
export function toConnection<Row, Node>(
  rows: readonly Row[],
  page: PageArguments,
  cursorOf: (row: Row) => string,
  nodeOf: (row: Row, index: number) => Node | null,
): Connection<Node> {
  const shown = rows.length > page.first ? rows.slice(0, page.first) : rows
  const edges: Edge<Row, Node>[] = []
  for (const [index, row] of shown.entries()) {
    const node = nodeOf(row, index)
    if (node !== null) edges.push(new Edge(node, row, cursorOf))
  }
  return { edges, pageInfo: new PageInfo(shown, rows.length > page.first, page.after != null, cursorOf) }
}

/** What is told of a page; its cursors are made when they are asked for. */
class PageInfo<Row> {
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly #shown: readonly Row[]
  readonly #cursorOf: (row: Row) => string

  constructor(shown: readonly Row[], hasNextPage: boolean, hasPreviousPage: boolean, cursorOf: (row: Row) => string) {
    this.hasNextPage = hasNextPage
    this.hasPreviousPage = hasPreviousPage
    this.#shown = shown
    this.#cursorOf = cursorOf
  }

  get startCursor(): string | null {
    return this.#cursorAt(0)
  }

  get endCursor(): string | null {
    return this.#cursorAt(-1)
  }

  #cursorAt(index: number): string | null {
    const row = this.#shown.at(index)
    return row === undefined ? null : this.#cursorOf(row)
  }
}

/** An edge whose cursor is made when it is asked for. */
class Edge<Row, Node> {
  readonly node: Node
  readonly #row: Row
  readonly #cursorOf: (row: Row) => string

  constructor(node: Node, row: Row, cursorOf: (row: Row) => string) {
    this.node = node
    this.#row = row
    this.#cursorOf = cursorOf
  }

  get cursor(): string {
    return this.#cursorOf(this.#row)
  }
}
