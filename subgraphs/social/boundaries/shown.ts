import type { SocialContext } from '../context.ts'
import type { Link } from '../links.ts'

/** Tells of each row of a list whether the viewer is shown it. */
export type ShownAmong<Row> = (rows: readonly Row[]) => Promise<readonly boolean[]>

type Viewing = Pick<SocialContext, 'caller' | 'flags'>

/** Leaves out people whom the viewer has blocked. Of whom he has muted only the works are hidden. */
export function unlessBlocked({ caller, flags }: Viewing): ShownAmong<Link> | undefined {
  if (!caller.viewer) return undefined
  return async (rows) => {
    const people = await flags.ofPeople(rows.map(({ otherId }) => otherId))
    return people.map(({ isBlocked }) => !isBlocked)
  }
}

/** Leaves out what people wrote whom the viewer has blocked or muted. */
export function unlessHidden({ caller, flags }: Viewing): ShownAmong<Link> | undefined {
  if (!caller.viewer) return undefined
  return async (rows) => {
    const authors = await flags.ofPeople(rows.map(({ otherId }) => otherId))
    return authors.map(({ isBlocked, isMuted }) => !isBlocked && !isMuted)
  }
}

/** Leaves out the videos of people whom the viewer has blocked or muted. */
export function unlessOfHidden({
  caller,
  boundaries,
}: Pick<SocialContext, 'caller' | 'boundaries'>): ShownAmong<Link> | undefined {
  if (!caller.viewer) return undefined
  const { userId } = caller.viewer
  return async (rows) => {
    const pairs = rows.map(({ otherId }) => `${userId}:${otherId}`)
    const hidden = await boundaries.hiddenVideos(pairs)
    return pairs.map((pair) => !hidden.has(pair))
  }
}
