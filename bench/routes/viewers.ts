import { signAccessToken, type TokenKeys } from '../../platform/auth/access-token.ts'
import { firstUserId } from '../data-set.ts'

/** The password of all users in the data set. */
export const password = 'a password of the bench'

/** How many users are active at the same time; in larger data sets the others are passive. */
export const viewerCount = 1_000

/** The access tokens of the viewers, in order. In the data set, sessions have the ids of their users. */
export function signTokens(keys: TokenKeys): readonly string[] {
  return Array.from({ length: viewerCount }, (_, index) => {
    const id = String(firstUserId + index)
    return signAccessToken(keys, { userId: id, sessionId: id })
  })
}
