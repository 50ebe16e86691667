import { signAccessToken, type TokenKeys } from '../../platform/auth/access-token.ts'
import { firstUserId } from '../data-set.ts'

/** Everybody's password in the data set. */
export const password = 'a password of the bench'

/** How many people use the system at the same time; in a larger data set the others are only looked at. */
export const viewerCount = 1_000

/** The access tokens of the viewers, the first one's first. In the data set, sessions have the ids of their people. */
export function signTokens(keys: TokenKeys): readonly string[] {
  return Array.from({ length: viewerCount }, (_, index) => {
    const id = String(firstUserId + index)
    return signAccessToken(keys, { userId: id, sessionId: id })
  })
}
