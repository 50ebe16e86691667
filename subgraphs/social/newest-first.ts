import type { AskedFields } from '../../platform/graphql/asked-fields.ts'
import { pageArguments, toConnection, type Connection, type PageArguments } from '../../platform/graphql/connection.ts'
import { encodeCursor } from '../../platform/graphql/cursor.ts'
import type { ShownAmong } from './boundaries/shown.ts'
import type { SocialContext } from './context.ts'
import type { KeptPages } from './kept.ts'
import type { Link } from './links.ts'

/** A list whose rows are in falling order of their ids, which rise with time. */
export interface NewestFirst<Node> {
  readonly pages: KeptPages
  readonly ownerId: string
  /** Which rows the viewer is shown; undefined for all of them. */
  readonly shownAmong: ShownAmong<Link> | undefined
  /** The nodes of rows, in their order; null for what is gone. */
  readonly nodesOf: (rows: readonly Link[], asked: AskedFields) => Promise<readonly (Node | null)[]>
}

/**
 * A page of a list. It has 1 000 rows at most, and fewer than were asked for when the viewer is not shown some: where it
 * begins and ends is the same for everybody.
 *
 * @throws BadUserInput when `after` is no cursor.
 */
export async function newestFirst<Node>(
  { pages, ownerId, shownAmong, nodesOf }: NewestFirst<Node>,
  { first, after }: PageArguments,
  { notBefore }: Pick<SocialContext, 'notBefore'>,
  asked: AskedFields,
): Promise<Connection<Node>> {
  const page = pageArguments({ first, after }, 1_000)
  const rows = await pages.get(ownerId, page, notBefore)
  const onPage = rows.length > page.first ? rows.slice(0, page.first) : rows
  const isShown = await shownAmong?.(onPage)
  const shown = isShown ? onPage.filter((_, index) => isShown[index]) : onPage
  const nodes = asked.has('edges') ? await nodesOf(shown, asked.below('edges').below('node')) : []
  let next = 0
  return toConnection(
    rows,
    page,
    (row) => encodeCursor(row.id),
    (_, index) => (isShown?.[index] === false ? null : (nodes[next++] ?? null)),
  )
}
