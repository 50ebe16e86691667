import type { ReactNode } from 'react'
import { Icon, type IconName } from '../components/icon.tsx'
import { useFormats, useTexts } from '../language/language.ts'
import { feedTexts } from './texts.ts'
import type { FeedVideo } from './use-feed.ts'
import type { Reactions } from './use-reactions.ts'

interface ActionProps {
  readonly icon: IconName
  readonly label: string
  readonly count?: string
  readonly isOn?: boolean
  readonly className: string
  readonly isReachable: boolean
  readonly onPress: () => void
}

function Action({ icon, label, count, isOn, className, isReachable, onPress }: ActionProps) {
  return (
    <button
      type="button"
      className={`action ${className}`}
      aria-label={count === undefined ? label : `${label}: ${count}`}
      aria-pressed={isOn}
      title={label}
      tabIndex={isReachable ? 0 : -1}
      onClick={onPress}
    >
      <span className="action-icon">
        <Icon name={icon} isSolid />
      </span>
      {count !== undefined && <span className="action-count">{count}</span>}
    </button>
  )
}

export interface ActionsProps {
  readonly video: FeedVideo
  readonly reactions: Reactions
  readonly isActive: boolean
  readonly onComments: () => void
  readonly onMore: (video: FeedVideo) => void
  readonly children: ReactNode
}

/** What can be done with a video, beside it. */
export function Actions({ video, reactions, isActive, onComments, onMore, children }: ActionsProps) {
  const text = useTexts(feedTexts)
  const { count } = useFormats()
  const isLiked = video.isFavorite === true
  const isBookmarked = video.isBookmarked === true
  return (
    <div className="actions">
      {children}
      <Action
        icon="heart"
        className="is-like"
        label={text(isLiked ? 'unlike' : 'like')}
        count={count(video.favoriteCount)}
        isOn={isLiked}
        isReachable={isActive}
        onPress={reactions.toggleLike}
      />
      <Action
        icon="comment"
        className="is-comments"
        label={text('comments')}
        count={count(video.commentCount)}
        isReachable={isActive}
        onPress={onComments}
      />
      <Action
        icon="bookmark"
        className="is-bookmark"
        label={text(isBookmarked ? 'unbookmark' : 'bookmark')}
        count={count(video.bookmarkCount)}
        isOn={isBookmarked}
        isReachable={isActive}
        onPress={reactions.toggleBookmark}
      />
      <Action
        icon="share"
        className="is-share"
        label={text('share')}
        count={count(video.shareCount)}
        isReachable={isActive}
        onPress={() => void reactions.share()}
      />
      <Action
        icon="more"
        className="is-more"
        label={text('more')}
        isReachable={isActive}
        onPress={() => onMore(video)}
      />
    </div>
  )
}
