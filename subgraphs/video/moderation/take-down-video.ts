import { requireAdmin } from '../../../platform/auth/caller.ts'
import { noSuchVideo } from '../../errors.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { reasonArgument } from '../../audit-log.ts'
import type { VideoContext } from '../context.ts'
import type { TakeDownVideoInput } from '../schema.generated.ts'

/**
 * Takes down a video of any author. Its files are deleted by the next collection of removals, without a grace period.
 *
 * @returns the id of its author.
 * @throws Unauthenticated and Forbidden for everyone but administrators.
 * @throws BadUserInput when the reason is empty or too long.
 * @throws NotFound when the video does not exist.
 */
export async function takeDownVideo(
  { caller, ids, moderation, collectRemovals, cache }: VideoContext,
  input: TakeDownVideoInput,
): Promise<string> {
  const actorId = requireAdmin(caller).userId
  const videoId = idArgument(input.videoId)
  const reason = reasonArgument(input.reason)
  const taken = await moderation.takeDown({ id: ids.next(), actorId, videoId, reason }).finally(() => cache.forgetAll())
  if (!taken) throw noSuchVideo()
  await collectRemovals()
  return taken.authorId
}
