import type { VisibleTo } from '../../../platform/graphql/list.ts'
import type { SocialContext } from '../context.ts'
import type { Link } from '../links.ts'

type Viewing = Pick<SocialContext, 'caller' | 'flags'>

/** Leaves out users whom the viewer has blocked. Of users whom he has muted only the works are left out. */
export function unlessBlocked({ caller, flags }: Viewing): VisibleTo<Pick<Link, 'otherId'>> {
  if (!caller.viewer) return 'everybody'
  return async (links) => {
    const users = await flags.ofPeople(links.map(({ otherId }) => otherId))
    return users.map(({ isBlocked }) => !isBlocked)
  }
}

/** Leaves out what users made whom the viewer has blocked or muted. */
export function unlessBlockedOrMuted<Item>(
  { caller, flags }: Viewing,
  authorOf: (item: Item) => string,
): VisibleTo<Item> {
  if (!caller.viewer) return 'everybody'
  return async (items) => {
    const authors = await flags.ofPeople(items.map(authorOf))
    return authors.map(({ isBlocked, isMuted }) => !isBlocked && !isMuted)
  }
}

/** The same for videos, of whose authors this subgraph asks. */
export function unlessAuthorBlockedOrMuted({
  caller,
  boundaries,
}: Pick<SocialContext, 'caller' | 'boundaries'>): VisibleTo<Pick<Link, 'otherId'>> {
  if (!caller.viewer) return 'everybody'
  const { userId } = caller.viewer
  return async (links) => {
    const pairs = links.map(({ otherId }) => `${userId}:${otherId}`)
    const left = await boundaries.videosOfBlockedOrMuted(pairs)
    return pairs.map((pair) => !left.has(pair))
  }
}
