import type { ReferenceResolvers } from '../../platform/entities.ts'
import type { UserContext } from './context.ts'

/** Reads the people of a page together. */
export const references: ReferenceResolvers<UserContext> = {
  User: (ids, { loaders }) => loaders.shownAccount.loadMany(ids),
}
