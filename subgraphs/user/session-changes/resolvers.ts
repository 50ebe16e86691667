import { BadUserInput } from '../../../platform/runtime/errors.ts'
import type { Resolvers } from '../schema.generated.ts'

export const sessionChangeResolvers: Resolvers = {
  Query: {
    sessionChanges: (_, { since }, { stores }) =>
      stores.sessionChanges.since(since == null ? null : upToArgument(since)),
  },
}

/** Validates the snapshot of an earlier answer. */
function upToArgument(value: string): string {
  if (!/^\d{1,18}$/.test(value)) {
    throw new BadUserInput({
      en: 'The argument upTo is not from an earlier answer.',
      zh: '参数 upTo 并非来自之前的响应。',
    })
  }
  return value
}
