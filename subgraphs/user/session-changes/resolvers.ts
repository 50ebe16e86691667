import { BadUserInput } from '../../../platform/runtime/errors.ts'
import type { Resolvers } from '../schema.generated.ts'

export const sessionChangeResolvers: Resolvers = {
  Query: {
    sessionChanges: (_, { since }, { stores }) =>
      stores.sessionChanges.since(since == null ? null : upToArgument(since)),
  },
}

/** A snapshot as an earlier answer named it. */
function upToArgument(value: string): string {
  if (!/^\d{1,18}$/.test(value)) {
    throw new BadUserInput({ en: 'That is no answer of before.', zh: '不是先前的回答。' })
  }
  return value
}
