import type { SocialContext } from '../context.ts'

/** Tells of each row of a list whether the viewer is shown it. */
export type ShownAmong<Row> = (rows: readonly Row[]) => Promise<readonly boolean[]>

/** Leaves out people whom the viewer has blocked. Of whom he has muted only the works are hidden. */
export function unlessBlocked<Row>(
  context: SocialContext,
  personOf: (row: Row) => string,
): ShownAmong<Row> | undefined {
  return shownTo(context, async (row: Row) => !(await context.loaders.personFlags.load(personOf(row))).isBlocked)
}

/** Leaves out what people wrote whom the viewer has blocked or muted. */
export function unlessHidden<Row>(context: SocialContext, authorOf: (row: Row) => string): ShownAmong<Row> | undefined {
  return shownTo(context, async (row: Row) => {
    const { isBlocked, isMuted } = await context.loaders.personFlags.load(authorOf(row))
    return !isBlocked && !isMuted
  })
}

/** Leaves out the videos of people whom the viewer has blocked or muted. */
export function unlessOfHidden<Row>(
  context: SocialContext,
  videoOf: (row: Row) => string,
): ShownAmong<Row> | undefined {
  const { caller, boundaries } = context
  if (!caller.viewer) return undefined
  const { userId } = caller.viewer
  return async (rows) => {
    const pairs = rows.map((row) => `${userId}:${videoOf(row)}`)
    const hidden = await boundaries.hiddenVideos(pairs)
    return pairs.map((pair) => !hidden.has(pair))
  }
}

/** Anonymous viewers are shown everything, and nothing is asked. */
function shownTo<Row>({ caller }: SocialContext, isShown: (row: Row) => Promise<boolean>): ShownAmong<Row> | undefined {
  return caller.viewer ? (rows) => Promise.all(rows.map(isShown)) : undefined
}
