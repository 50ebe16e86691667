import { useQuery } from '@apollo/client/react'
import { useEffect, useRef, useState } from 'react'
import { IconButton } from '../components/button.tsx'
import { More } from '../components/more.tsx'
import { EmptyState, ErrorState, SkeletonLines } from '../components/states.tsx'
import type { FeedVideo } from '../feed/use-feed.ts'
import { operation } from '../graph/documents.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import type { Answered } from './comment-line.ts'
import { Composer } from './composer.tsx'
import { CommentItem } from './comment-item.tsx'
import { Replies } from './replies.tsx'
import { commentTexts } from './texts.ts'

export interface CommentsProps {
  readonly video: FeedVideo
  /** Whether they stand beside the video, instead of over it. */
  readonly isBeside: boolean
  readonly onClose: () => void
}

/** The comments of a video: beside it where there is room, otherwise as a drawer over its lower part. */
export default function Comments(props: CommentsProps) {
  const text = useTexts(commentTexts)
  const { isBeside, onClose } = props
  const drawer = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = drawer.current
    if (shown && !shown.open) {
      shown.showModal()
      shown.querySelector<HTMLElement>('.comments-list')?.focus()
    }
    return () => shown?.close()
  }, [isBeside])

  if (isBeside) {
    return (
      <aside className="comments" aria-label={text('title')}>
        <CommentList {...props} />
      </aside>
    )
  }
  return (
    <dialog
      ref={drawer}
      className="comments is-drawer"
      aria-label={text('title')}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onPointerDown={(event) => {
        if (event.target === drawer.current) onClose()
      }}
    >
      <CommentList {...props} />
    </dialog>
  )
}

function CommentList({ video, onClose }: CommentsProps) {
  const text = useTexts(commentTexts)
  const common = useTexts(commonTexts)
  const [answered, setAnswered] = useState<Answered | null>(null)
  const { data, loading, error, refetch, fetchMore } = useQuery(operation('Comments'), {
    variables: { videoId: video.id },
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
    notifyOnNetworkStatusChange: true,
  })
  const connection = data?.video?.comments
  const pinned = data?.video?.pinnedComment
  const comments = (connection?.edges ?? []).map(({ node }) => node).filter(({ id }) => id !== pinned?.id)
  const hasAny = comments.length > 0 || pinned != null

  return (
    <div className="comments-body">
      <header className="comments-head">
        <h2>{text('count', { count: data?.video?.commentCount ?? video.commentCount ?? 0 })}</h2>
        <IconButton icon="close" label={common('close')} onClick={onClose} />
      </header>
      <div className="comments-list" tabIndex={-1}>
        {hasAny ? (
          <ul>
            {[...(pinned ? [pinned] : []), ...comments].map((comment) => (
              <CommentItem
                key={comment.id}
                comment={comment}
                video={video}
                isPinned={comment.id === pinned?.id}
                onAnswer={setAnswered}
                replies={<Replies comment={comment} video={video} onAnswer={setAnswered} />}
              />
            ))}
          </ul>
        ) : loading ? (
          <SkeletonLines />
        ) : error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <EmptyState icon="comment" title={text('none')}>
            <p className="muted">{text('noneLong')}</p>
          </EmptyState>
        )}
        <More
          hasMore={connection?.pageInfo.hasNextPage ?? false}
          isLoading={loading}
          onMore={() => fetchMore({ variables: { after: connection?.pageInfo.endCursor } })}
        />
      </div>
      <Composer
        video={video}
        policy={data?.video?.commentPolicy ?? video.commentPolicy}
        answered={answered}
        onCancel={() => setAnswered(null)}
        onSent={() => setAnswered(null)}
      />
    </div>
  )
}
