import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { textArgument } from '../../../platform/text/text-argument.ts'
import { withoutListedWords, type WordFilter } from '../../../platform/text/word-filter.ts'
import { existingAccount } from '../accounts/existing-account.ts'
import type { UserContext } from '../context.ts'
import type { UpdateProfileInput } from '../schema.generated.ts'
import { noSuchUpload, publishPicture, removeUploads } from './picture-uploads.ts'

/**
 * Changes the viewer's profile: everything requested, or nothing.
 *
 * @returns the id of the viewer.
 * @throws Unauthenticated for anonymous callers.
 * @throws BadUserInput when the signature is too long or contains a sensitive word.
 * @throws NotFound when a picture was not uploaded in time by the viewer, or is already part of a profile.
 * @throws UnsupportedMedia when it is not a picture.
 */
export async function updateProfile(context: UserContext, input: UpdateProfileInput): Promise<string> {
  const { id: userId } = await existingAccount(context, requireViewer(context.caller).userId)
  const signature = input.signature == null ? undefined : signatureArgument(input.signature, context.sensitiveWords)
  const avatarUploadId = input.avatarUploadId == null ? undefined : idArgument(input.avatarUploadId)
  const backgroundUploadId = input.backgroundUploadId == null ? undefined : idArgument(input.backgroundUploadId)

  const uploadIds = [...new Set([avatarUploadId, backgroundUploadId].filter((id) => id !== undefined))]
  if (signature === undefined && uploadIds.length === 0) return userId
  if (uploadIds.length > 0) {
    const valid = await context.stores.profiles.validUploads(userId, uploadIds)
    if (valid.size < uploadIds.length) throw noSuchUpload()
  }
  const [avatarKey, backgroundKey] = await Promise.all([
    avatarUploadId === undefined ? undefined : publishPicture(context, avatarUploadId),
    backgroundUploadId === undefined ? undefined : publishPicture(context, backgroundUploadId),
  ])
  try {
    await context.transact(async ({ profiles }) => {
      // The second of two calls with the same upload finds it gone.
      if (uploadIds.length > 0 && !(await profiles.removeUploads(userId, uploadIds))) throw noSuchUpload()
      await profiles.change(userId, { signature, avatarKey, backgroundKey })
    })
  } finally {
    context.profiles.forget([userId])
  }
  await removeUploads(context, uploadIds)
  context.loaders.account.clear(userId)
  return userId
}

/** A signature of whitespace counts as empty, which restores the default. */
function signatureArgument(value: string, sensitiveWords: WordFilter): string {
  const name = { en: 'The signature', zh: '个性签名' }
  return withoutListedWords(sensitiveWords, textArgument(value.trim(), name, { min: 0, max: 200 }), name)
}
