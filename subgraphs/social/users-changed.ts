import type { AskedFields } from '../../platform/graphql/asked-fields.ts'
import type { SocialContext, UserReference } from './context.ts'
import { showUser } from './viewing.ts'

/** A user with changed counts, and the viewer who made the change. */
export interface UsersChanged {
  readonly user: UserReference
  readonly viewer: UserReference
}

/** Presents both as they are after the change. */
export async function showChanged(
  userId: string,
  viewerId: string,
  context: SocialContext,
  asked: AskedFields,
): Promise<UsersChanged> {
  context.flags.forget()
  const [user, viewer] = await Promise.all([
    showUser(userId, context, asked.below('user')),
    showUser(viewerId, context, asked.below('viewer')),
  ])
  return { user, viewer }
}
