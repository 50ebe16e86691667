import type { AskedFields } from '../../platform/graphql/asked-fields.ts'
import { pageArguments, type Connection, type PageArguments } from '../../platform/graphql/connection.ts'
import { encodeCursor } from '../../platform/graphql/cursor.ts'
import { pageOf, type PagedList, type Visible } from '../../platform/graphql/list.ts'
import type { MaybePromise } from '../../platform/graphql/maybe-promise.ts'
import type { SocialContext } from './context.ts'
import type { CachedPages } from './cache.ts'
import type { ListEdge } from './list-edges.ts'

/** A list ordered by descending ids, which increase with time. */
export interface NewestFirst<Item, Node> extends Pick<PagedList<ListEdge, Item, Node>, 'hydrate' | 'visibleTo'> {
  readonly pages: CachedPages
  readonly ownerId: string
  /** The nodes of items, in their order; null for what is gone. */
  readonly present: (items: readonly Item[], asked: AskedFields) => MaybePromise<readonly (Node | null)[]>
}

/**
 * A page of a list, of 1 000 rows at most.
 *
 * @throws BadUserInput when `after` is no cursor.
 */
export function newestFirst<Item, Node>(
  { pages, ownerId, hydrate, visibleTo, present }: NewestFirst<Item, Node>,
  pageArgument: PageArguments,
  { notBefore }: Pick<SocialContext, 'notBefore'>,
  asked: AskedFields,
): MaybePromise<Visible<Connection<Node>>> {
  return pageOf(
    {
      skeleton: (page) => pages.get(ownerId, page, notBefore),
      cursorOf: (link) => encodeCursor(link.id),
      hydrate,
      visibleTo,
      present: (items) => present(items, asked.below('edges').below('node')),
    },
    pageArguments(pageArgument, 1_000),
    asked,
  )
}
