/**
 * How every list is made, in four steps: its skeleton (rows of ids and cursors), the items of these rows, which of them the
 * viewer may see, and how they are presented. The third step cannot be left out: by the types generated from the schema, the
 * resolver of a list must return `Visible`, which only this file creates.
 */
import type { AskedFields } from './asked-fields.ts'
import type { Connection, PageArguments } from './connection.ts'
import { whenThere, type MaybePromise } from './maybe-promise.ts'

declare const visible: unique symbol

/** The result of the steps of a list. A type only: it has no effect at run time. */
export type Visible<Value> = Value extends object ? Value & { readonly [visible]: true } : Value

/**
 * Who may see the items of a list:
 * - `everybody`: it does not depend on the caller.
 * - `by statement`: the statement that reads the rows leaves out what the viewer may not see (`db/visibility.ts`), or reads
 * only what belongs to the viewer.
 * - A function that decides for each item, in their order, whether the viewer may see it. When it fails, the list fails.
 */
export type VisibleTo<Item> = 'everybody' | 'by statement' | ((items: readonly Item[]) => MaybePromise<Verdict>)

/** Which of the items a viewer may see, in their order. */
export type Verdict = 'all' | readonly boolean[]

/** The last two steps of a list. */
export interface Showing<Item, Node> {
  readonly visibleTo: VisibleTo<Item>
  /** The nodes of items, in their order; null for what cannot be shown. */
  readonly present: (items: readonly Item[]) => MaybePromise<readonly (Node | null)[]>
}

/** A list that is read page by page. */
export interface PagedList<Row, Item, Node> extends Showing<Item, Node> {
  /** Up to one row more than the page has, which shows that there is a next page. */
  readonly skeleton: (page: PageArguments) => MaybePromise<readonly Row[]>
  readonly cursorOf: (row: Row) => string
  /** The items of rows, in their order; null for deleted ones. */
  readonly hydrate: (rows: readonly Row[]) => MaybePromise<readonly (Item | null)[]>
  /**
   * Reads the page again when the viewer may not see all of it: only rows that they may see. By default such a page is shorter,
   * and its cursors are the same for everyone.
   */
  readonly refill?: (page: PageArguments) => MaybePromise<readonly Row[]>
}

/**
 * A page of a list.
 *
 * @param asked the selected fields of the connection; without its edges a page is not hydrated.
 */
export function pageOf<Row, Item, Node>(
  list: PagedList<Row, Item, Node>,
  page: PageArguments,
  asked: AskedFields,
): MaybePromise<Visible<Connection<Node>>> {
  return whenThere(list.skeleton(page), (rows) => {
    const isFilled = list.refill !== undefined && typeof list.visibleTo === 'function'
    if (!asked.has('edges') && !isFilled) return connection(rows, page, list, [], [])
    return hydrated(list, rows, page, asked)
  })
}

/** A page of a list whose rows are its items. */
export function pageOfRows<Row>(
  { skeleton, cursorOf, visibleTo }: Pick<PagedList<Row, Row, Row>, 'skeleton' | 'cursorOf' | 'visibleTo'>,
  page: PageArguments,
  asked: AskedFields,
): MaybePromise<Visible<Connection<Row>>> {
  return pageOf({ skeleton, cursorOf, hydrate: asTheyAre<Row>, visibleTo, present: asTheyAre<Row> }, page, asked)
}

function asTheyAre<Row>(rows: readonly Row[]): readonly Row[] {
  return rows
}

/** Objects by id, in the order of the ids; null for what does not exist or may not be seen. */
export function eachOf<Item, Node>(
  items: MaybePromise<readonly (Item | null)[]>,
  { visibleTo, present }: Showing<Item, Node>,
): MaybePromise<Visible<readonly (Visible<Node> | null)[]>> {
  return whenThere(items, (found) => {
    const there = withoutNulls(found)
    return whenThere(verdictOf(visibleTo, there), (verdict) => {
      const shown = visibleAmong(there, verdict)
      return whenThere(present(shown), (nodes) => {
        if (shown.length === found.length) return asVisible(nodes as readonly (Visible<Node> | null)[])
        const nodeOf = new Map(shown.map((item, index) => [item, nodes[index] as Visible<Node> | null]))
        return asVisible(found.map((item) => (item === null ? null : (nodeOf.get(item) ?? null))))
      })
    })
  })
}

/** A whole list without pages. */
export function allOf<Node>(
  items: MaybePromise<readonly Node[]>,
  visibleTo: VisibleTo<Node>,
): MaybePromise<Visible<readonly Node[]>> {
  return whenThere(items, (found) =>
    whenThere(verdictOf(visibleTo, found), (verdict) => asVisible(visibleAmong(found, verdict))),
  )
}

/** Objects of several kinds, each of which has passed the steps of its kind. */
export function together<Node>(nodes: readonly (Visible<Node> | null)[]): Visible<readonly (Node | null)[]> {
  return asVisible(nodes)
}

/** The same page in the opposite order. */
export function reversed<Node>({ edges, pageInfo }: Visible<Connection<Node>>): Visible<Connection<Node>> {
  return asVisible<Connection<Node>>({
    edges: edges.toReversed(),
    pageInfo: {
      hasNextPage: pageInfo.hasPreviousPage,
      hasPreviousPage: pageInfo.hasNextPage,
      startCursor: pageInfo.endCursor,
      endCursor: pageInfo.startCursor,
    },
  })
}

function hydrated<Row, Item, Node>(
  list: PagedList<Row, Item, Node>,
  rows: readonly Row[],
  page: PageArguments,
  asked: AskedFields,
): MaybePromise<Visible<Connection<Node>>> {
  const onPage = rows.length > page.first ? rows.slice(0, page.first) : rows
  return whenThere(list.hydrate(onPage), (found) => {
    const there = withoutNulls(found)
    const rowsThere = there === found ? onPage : onPage.filter((_, index) => found[index] !== null)
    return whenThere(verdictOf(list.visibleTo, there), (verdict) => {
      const isAll = verdict === 'all' || !verdict.includes(false)
      const { refill } = list
      if (!isAll && refill) return pageOf({ ...list, skeleton: refill, visibleTo: 'by statement' }, page, asked)
      if (!asked.has('edges')) return connection(rows, page, list, [], [])
      return whenThere(list.present(visibleAmong(there, verdict)), (nodes) =>
        connection(rows, page, list, visibleAmong(rowsThere, verdict), nodes),
      )
    })
  })
}

function visibleAmong<Item>(items: readonly Item[], verdict: Verdict): readonly Item[] {
  return verdict === 'all' ? items : items.filter((_, index) => verdict[index])
}

function verdictOf<Item>(visibleTo: VisibleTo<Item>, items: readonly Item[]): MaybePromise<Verdict> {
  return typeof visibleTo === 'function' && items.length > 0 ? visibleTo(items) : 'all'
}

function withoutNulls<Item>(items: readonly (Item | null)[]): readonly Item[] {
  return (items.includes(null) ? items.filter((item) => item !== null) : items) as readonly Item[]
}

function asVisible<Value>(value: Value): Visible<Value> {
  return value as Visible<Value>
}

/**
 * @param rows all that were read; they determine the cursors of the page, and whether there is a next one.
 * @param shown the rows of the nodes.
 */
function connection<Row, Node>(
  rows: readonly Row[],
  page: PageArguments,
  { cursorOf }: Pick<PagedList<Row, unknown, Node>, 'cursorOf'>,
  shown: readonly Row[],
  nodes: readonly (Node | null)[],
): Visible<Connection<Node>> {
  const edges: Edge<Row, Node>[] = []
  for (const [index, node] of nodes.entries()) {
    if (node !== null) edges.push(new Edge(node, shown[index] as Row, cursorOf))
  }
  const onPage = rows.length > page.first ? rows.slice(0, page.first) : rows
  const pageInfo = new PageInfo(onPage, rows.length > page.first, page.after != null, cursorOf)
  return asVisible<Connection<Node>>({ edges, pageInfo })
}

/** The page info of a connection; its cursors are encoded on demand. */
class PageInfo<Row> {
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly #onPage: readonly Row[]
  readonly #cursorOf: (row: Row) => string

  constructor(onPage: readonly Row[], hasNextPage: boolean, hasPreviousPage: boolean, cursorOf: (row: Row) => string) {
    this.hasNextPage = hasNextPage
    this.hasPreviousPage = hasPreviousPage
    this.#onPage = onPage
    this.#cursorOf = cursorOf
  }

  get startCursor(): string | null {
    return this.#cursorAt(0)
  }

  get endCursor(): string | null {
    return this.#cursorAt(-1)
  }

  #cursorAt(index: number): string | null {
    const row = this.#onPage.at(index)
    return row === undefined ? null : this.#cursorOf(row)
  }
}

/** An edge whose cursor is encoded on demand. */
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
