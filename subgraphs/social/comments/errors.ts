import { Forbidden, NotFound } from '../../../platform/runtime/errors.ts'

/** A comment or reply that does not exist. */
export function noSuchComment(): NotFound {
  return new NotFound({ en: 'This comment does not exist.', zh: '评论不存在。' })
}

/** What only the author of a video may do. */
export function notYourVideo(): Forbidden {
  return new Forbidden({ en: 'This is not your video.', zh: '这不是你的视频。' })
}

/** A comment or reply that the policy of the video excludes. */
export function commentsClosed(): Forbidden {
  return new Forbidden({
    en: 'The author of this video does not accept your comments here.',
    zh: '作者已限制此视频的评论。',
  })
}
