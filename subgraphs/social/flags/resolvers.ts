import type { SocialContext, UserReference } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import type { PersonFlags } from './loaders.ts'

export const flagResolvers: Resolvers = {
  User: {
    isFollow: personFlag('isFollow'),
    isBlocked: personFlag('isBlocked'),
    isMuted: personFlag('isMuted'),
  },
}

function personFlag(name: keyof PersonFlags) {
  return ({ id, flags }: UserReference, _: unknown, { loaders }: SocialContext): boolean | Promise<boolean> =>
    flags ? flags[name] : loaders.personFlags.load(id).then((read) => read[name])
}
