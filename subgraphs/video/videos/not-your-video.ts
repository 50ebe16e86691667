import { Forbidden, type NotFound } from '../../../platform/runtime/errors.ts'
import { noSuchVideo } from '../../errors.ts'
import type { VideoContext } from '../context.ts'
import { findVideos } from './viewing.ts'

/**
 * The error for changing a video that the viewer has not published: only those for whom it is published learn that it exists.
 * Nothing older than this call is considered.
 */
export async function notYourVideo(
  id: string,
  { cache, publishedFor }: Pick<VideoContext, 'cache' | 'publishedFor'>,
): Promise<NotFound | Forbidden> {
  const [known] = await findVideos([id], { cache, publishedFor, notBefore: performance.now() })
  if (!known) return noSuchVideo()
  return new Forbidden({ en: "You cannot change another user's video.", zh: '不能修改他人的视频。' })
}
