import { useMutation } from '@apollo/client/react'
import { useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import { userPath } from '../../routes.ts'
import { Avatar } from '../components/avatar.tsx'
import { IconButton } from '../components/button.tsx'
import { Icon } from '../components/icon.tsx'
import { RichText } from '../components/rich-text.tsx'
import { showToast } from '../components/toasts.tsx'
import type { FeedVideo } from '../feed/use-feed.ts'
import { operation } from '../graph/documents.ts'
import { messageOf } from '../graph/errors.ts'
import { useFormats, useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import { CommentMenu } from './comment-menu.tsx'
import type { Answered, CommentLine } from './comment-line.ts'
import { commentTexts } from './texts.ts'

export interface CommentItemProps {
  readonly comment: CommentLine
  readonly video: FeedVideo
  readonly isPinned?: boolean
  /** The comment below which it stands; none for a comment itself. */
  readonly parentId?: string
  readonly onAnswer: (answered: Answered) => void
  /** Its replies, which are shown when they are asked for. */
  readonly replies?: ReactNode
}

const tell = (error: unknown): void => showToast(messageOf(error))

/** A comment with its replies, or a reply. */
export function CommentItem({ comment, video, isPinned = false, parentId, onAnswer, replies }: CommentItemProps) {
  const text = useTexts(commentTexts)
  const { ago, count } = useFormats()
  const { asUser } = useSession()
  const [hasReplies, setHasReplies] = useState(false)
  const [hasMenu, setHasMenu] = useState(false)
  const [like] = useMutation(operation('LikeComment'), { onError: tell })
  const [unlike] = useMutation(operation('UnlikeComment'), { onError: tell })
  const { id, author, content, likeCount, replyCount, replyTo } = comment
  const isLiked = comment.isLiked === true
  const name = author?.name ?? ''

  function toggleLike(): void {
    const shown = { __typename: 'Comment', id, isLiked: !isLiked, likeCount: (likeCount ?? 0) + (isLiked ? -1 : 1) }
    const optimistic = { [isLiked ? 'unlikeComment' : 'likeComment']: { comment: shown } }
    const change = isLiked ? unlike : like
    void change({ variables: { commentId: id }, optimisticResponse: optimistic as never })
  }

  return (
    <li className="comment">
      <div className="comment-line">
        {author && (
          <Link to={userPath(author.id)} tabIndex={-1} aria-hidden="true">
            <Avatar src={author.avatar} size="small" />
          </Link>
        )}
        <div className="comment-body">
          <p className="comment-name">
            {author ? <Link to={userPath(author.id)}>{name}</Link> : null}
            {author?.id === video.author?.id && <span className="tag">{text('author')}</span>}
            {isPinned && (
              <span className="tag">
                <Icon name="pin" />
                {text('pinned')}
              </span>
            )}
          </p>
          <p className="comment-text">
            {replyTo && replyTo.id !== author?.id && <Link to={userPath(replyTo.id)}>@{replyTo.name} </Link>}
            <RichText text={content} />
          </p>
          <p className="comment-foot">
            <time dateTime={comment.createdAt}>{ago(comment.createdAt)}</time>
            <button type="button" onClick={() => asUser(() => onAnswer({ id, name, commentId: parentId ?? id }))}>
              {text('reply')}
            </button>
            <IconButton icon="more" className="is-small" label={text('options')} onClick={() => setHasMenu(true)} />
          </p>
        </div>
        <button
          type="button"
          className="comment-like"
          aria-pressed={isLiked}
          aria-label={`${text(isLiked ? 'unlike' : 'like', { name })}: ${count(likeCount)}`}
          onClick={() => asUser(toggleLike)}
        >
          <Icon name="heart" isSolid={isLiked} />
          <span>{count(likeCount)}</span>
        </button>
      </div>
      {parentId === undefined && (replyCount ?? 0) > 0 && (
        <button
          type="button"
          className="comment-more"
          aria-expanded={hasReplies}
          onClick={() => setHasReplies(!hasReplies)}
        >
          <Icon name={hasReplies ? 'up' : 'down'} />
          {hasReplies ? text('hideReplies') : text('replies', { count: replyCount ?? 0 })}
        </button>
      )}
      {hasReplies && replies}
      {hasMenu && (
        <CommentMenu
          comment={comment}
          video={video}
          isPinned={isPinned}
          isReply={parentId !== undefined}
          onClose={() => setHasMenu(false)}
        />
      )}
    </li>
  )
}
