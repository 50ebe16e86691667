import type DataLoader from 'dataloader'
import { pageArguments, toConnection, type Connection, type PageArguments } from '../../platform/connection.ts'
import { decodeCursor, encodeCursor } from '../../platform/cursor.ts'
import type { PageKey } from '../../platform/page-loader.ts'
import type { ShownAmong } from './boundaries/shown.ts'

/** No id reaches it: ids have 53 bits. */
const aboveEveryId = String(2 ** 53)

/**
 * A page of a list whose rows are in falling order of their ids, which rise with time. A page has 1 000 rows at most, and
 * fewer than were asked for when the viewer is not shown some: where it begins and ends is the same for everybody.
 *
 * @throws BadUserInput when `after` is no cursor.
 */
export async function newestFirst<Row extends { readonly id: string }, Node>(
  loader: DataLoader<PageKey, readonly Row[], string>,
  ownerId: string,
  { first, after }: PageArguments,
  nodeOf: (row: Row) => Node,
  shownAmong?: ShownAmong<Row>,
): Promise<Connection<Node>> {
  const page = pageArguments({ first, after }, 1_000)
  const rows = await loader.load({ ownerId, ...page })
  const connection = toConnection(rows, page, (row) => encodeCursor(row.id), nodeOf)
  const isShown = await shownAmong?.(rows.slice(0, page.first))
  if (!isShown) return connection
  return {
    get edges() {
      return connection.edges.filter((_, index) => isShown[index])
    },
    pageInfo: connection.pageInfo,
  }
}

/**
 * What the ids of a page lie below: the id in its cursor, or a bound above all of them.
 *
 * @throws BadUserInput when `after` is no cursor.
 */
export function idBound(page: PageArguments): string {
  const [id = aboveEveryId] = page.after == null ? [] : decodeCursor(page.after, 1)
  return id
}
