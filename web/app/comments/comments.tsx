import type { FeedVideo } from '../feed/use-feed.ts'

export interface CommentsProps {
  readonly video: FeedVideo
  /** Whether they stand beside the video, instead of over it. */
  readonly isBeside: boolean
  readonly onClose: () => void
}

export default function Comments(_: CommentsProps) {
  return null
}
