import type { VisibleTo } from '../../../platform/graphql/list.ts'
import type { SocialContext } from '../context.ts'
import type { ListEdge } from '../list-edges.ts'

type Viewing = Pick<SocialContext, 'caller' | 'flags'>

/** Leaves out users whom the viewer has blocked. Of muted users only the content is left out. */
export function unlessBlocked({ caller, flags }: Viewing): VisibleTo<Pick<ListEdge, 'otherId'>> {
  if (!caller.viewer) return 'everybody'
  return async (edges) => {
    const users = await flags.ofUsers(edges.map(({ otherId }) => otherId))
    return users.map(({ isBlocked }) => !isBlocked)
  }
}

/** Leaves out content of users whom the viewer has blocked or muted. */
export function unlessBlockedOrMuted<Item>(
  { caller, flags }: Viewing,
  authorOf: (item: Item) => string,
): VisibleTo<Item> {
  if (!caller.viewer) return 'everybody'
  return async (items) => {
    const authors = await flags.ofUsers(items.map(authorOf))
    return authors.map(({ isBlocked, isMuted }) => !isBlocked && !isMuted)
  }
}
