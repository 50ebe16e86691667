import type { ReferenceResolvers } from '../../platform/graphql/entities.ts'
import { isId } from '../../platform/graphql/ids.ts'
import type { UserContext } from './context.ts'
import type { Profile } from './profiles/profile.ts'

/** Batches the users of a page. */
export const references: ReferenceResolvers<UserContext> = {
  User: (ids, context) => shownProfiles(ids, context),
}

/**
 * Users by id, in the order of the ids. Banned users are shown in no list and as no author; only a query for that one user
 * finds them.
 */
export async function shownProfiles(
  ids: readonly string[],
  { profiles, notBefore, caller }: Pick<UserContext, 'profiles' | 'notBefore' | 'caller'>,
): Promise<(Profile | null)[]> {
  const found = await profiles.get(ids.every(isId) ? ids : ids.filter(isId), notBefore)
  const shown = found.map((cache) => (cache && !cache.row.isBanned ? cache.shownTo(caller) : null))
  if (shown.length === ids.length) return shown
  let next = 0
  return ids.map((id) => (isId(id) ? (shown[next++] ?? null) : null))
}
