import { idsArgument } from '../../../platform/ids.ts'
import type { SocialContext, UserReference } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import type { PersonFlags } from './loaders.ts'
import { noFlags } from './repository.ts'

export const flagResolvers: Resolvers = {
  Query: {
    async viewerFlags(_, { videoIds, userIds }, { caller, readFlags }) {
      const page = { videoIds: idsArgument(videoIds, 1_000), userIds: idsArgument(userIds, 1_000) }
      const flags = caller.viewer ? await readFlags({ viewerId: caller.viewer.userId, ...page }) : noFlags()
      const hiddenUserIds = [...new Set([...flags.blockedUserIds, ...flags.mutedUserIds])]
      return { ...flags, hiddenUserIds, changedLately: caller.changedLately ?? false }
    },
  },
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
