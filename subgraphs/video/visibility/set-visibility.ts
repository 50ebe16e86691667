import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { VideoContext } from '../context.ts'
import { removeMoved } from '../removal/collect-removals.ts'
import type { SetVideoVisibilityInput } from '../schema.generated.ts'
import { bucketOf, createFolder, folderOf, nameOf } from '../storage/object-keys.ts'
import { objectsOfVideo } from '../storage/video-objects.ts'
import { notYourVideo } from '../videos/not-your-video.ts'
import type { VideoRow, Visibility } from '../videos/repository.ts'

type Context = Pick<VideoContext, 'caller' | 'publishing' | 'visibilities' | 'removal' | 'cache' | 'publishedFor'>

/**
 * Changes who may see a video of the viewer. Its objects move to new keys, so that no address from before works; only from PRIVATE
 * to FRIENDS they stay, because nobody but the author had any. When this answers, all lists have changed, and the old
 * objects are removed; should the store fail at that, a scheduled job removes them.
 *
 * @throws Unauthenticated for anonymous callers, NotFound when the video does not exist, Forbidden when another user published it.
 */
export async function setVideoVisibility(context: Context, input: SetVideoVisibilityInput): Promise<VideoRow> {
  const authorId = requireViewer(context.caller).userId
  const videoId = idArgument(input.videoId)
  const { visibility } = input
  const { videos, cache } = context.publishing
  for (;;) {
    const video = (await videos.findMany([videoId])).get(videoId)
    if (video?.authorId !== authorId) throw await notYourVideo(videoId, context)
    if (video.visibility === visibility) return video
    const isOnlyShown = video.visibility === 'PRIVATE' && visibility === 'FRIENDS'
    const changed = await (
      isOnlyShown ? context.visibilities.showToFriends(video) : move(context, video, visibility)
    ).finally(() => cache.forgetVideo(videoId, authorId))
    // Otherwise its objects or its visibility were changed at the same time.
    if (changed) return changed
  }
}

/** Copies the objects of a video, changes its row, and removes the old ones; null when these were changed at the same time. */
async function move(context: Context, video: VideoRow, visibility: Visibility): Promise<VideoRow | null> {
  const { objectStore, videos, log } = context.publishing
  const { removals } = context.removal
  const folder = createFolder(video.id, visibility)
  const copyOf = (key: string): string => folder + nameOf(key)
  const own = (await objectsOfVideo(objectStore, video.id)).map(({ key }) => key)
  const { playKey, coverKey, mp4Key, hlsKey } = video
  const named = [playKey, coverKey, mp4Key, hlsKey].filter((key) => key !== null)
  // Playlists refer to other objects beside them.
  const beside = own.filter((key) => hlsKey !== null && folderOf(key) === folderOf(hlsKey))
  const wanted = [...new Set([...named, ...beside])]
  const remove = (keys: readonly string[]): Promise<unknown> =>
    removeMoved({ removals, objectStore }, keys).catch((error: unknown) => {
      log.warn({ err: error }, 'an object could not be removed')
    })
  const former = [...new Set([...own, ...named])]
  try {
    const copied = await Promise.allSettled(
      wanted.map((key) =>
        objectStore.copy({ bucket: bucketOf(key), key }, { bucket: bucketOf(folder), key: copyOf(key) }),
      ),
    )
    // Waits for all copies before removing any.
    const failed = copied.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason as Error
    const moved = await context.visibilities.move(video, visibility, folder, former)
    await remove(moved ? former : wanted.map(copyOf))
    return moved
  } catch (error) {
    // The statement may have been committed all the same; when that is unknown, a sweep will find what nothing refers to.
    const found = await videos.findMany([video.id]).catch(() => null)
    if (found && found.get(video.id)?.playKey !== copyOf(playKey)) await remove(wanted.map(copyOf))
    throw error
  }
}
