import { existingAccount } from '../accounts/existing-account.ts'
import type { Resolvers } from '../schema.generated.ts'
import { createPictureUpload } from './picture-uploads.ts'
import { updateProfile } from './update-profile.ts'

export const profileResolvers: Resolvers = {
  Mutation: {
    createPictureUpload: (_, _arguments, context) => createPictureUpload(context),
    async updateProfile(_, { input }, context) {
      const userId = await updateProfile(context, input)
      return { user: context.show(await existingAccount(context, userId)) }
    },
  },
}
