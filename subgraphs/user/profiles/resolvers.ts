import { requireViewer } from '../../../platform/caller.ts'
import { existingAccount } from '../accounts/existing-account.ts'
import type { Resolvers } from '../schema.generated.ts'
import { defaultAvatarKey, defaultBackgroundKey } from './default-pictures.ts'
import { createPictureUpload } from './picture-uploads.ts'
import { updateProfile } from './update-profile.ts'

const defaultSignature = '这个人很神秘，什么都没有写。'

export const profileResolvers: Resolvers = {
  User: {
    avatar: ({ id, avatarKey }, _, { caller, objectStore }) =>
      objectStore.publicUrl(caller, avatarKey ?? defaultAvatarKey(id)),
    backgroundImage: ({ id, backgroundKey }, _, { caller, objectStore }) =>
      objectStore.publicUrl(caller, backgroundKey ?? defaultBackgroundKey(id)),
    signature: ({ signature }) => (signature === null || signature === '' ? defaultSignature : signature),
  },
  Mutation: {
    createPictureUpload: (_, _arguments, context) => createPictureUpload(context),
    async updateProfile(_, { input }, context) {
      await updateProfile(context, input)
      return { user: await existingAccount(context, requireViewer(context.caller).userId) }
    },
  },
}
