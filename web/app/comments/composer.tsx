import type { Reference } from '@apollo/client'
import { useMutation } from '@apollo/client/react'
import { useEffect, useRef, useState } from 'react'
import { Avatar } from '../components/avatar.tsx'
import { Button, IconButton } from '../components/button.tsx'
import { showToast } from '../components/toasts.tsx'
import type { FeedVideo } from '../feed/use-feed.ts'
import { operation } from '../graph/documents.ts'
import { messageOf } from '../graph/errors.ts'
import { useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import type { Answered } from './comment-line.ts'
import { commentTexts } from './texts.ts'

interface ComposerProps {
  readonly video: FeedVideo
  readonly policy: FeedVideo['commentPolicy']
  readonly answered: Answered | null
  readonly onCancel: () => void
  readonly onSent: () => void
}

interface StoredConnection {
  readonly edges: readonly object[]
}

const tell = (error: unknown): void => showToast(messageOf(error))

/** A stored list with one more comment at its beginning. */
function withFirst(list: unknown, comment: Reference | undefined): unknown {
  const connection = list as StoredConnection | undefined
  if (!connection || !comment) return list
  return { ...connection, edges: [{ __typename: 'CommentEdge', cursor: '', node: comment }, ...connection.edges] }
}

/** Where comments and replies are written. */
export function Composer({ video, policy, answered, onCancel, onSent }: ComposerProps) {
  const text = useTexts(commentTexts)
  const { user, viewer, askToSignIn } = useSession()
  const [content, setContent] = useState('')
  const area = useRef<HTMLTextAreaElement>(null)
  const [addComment, adding] = useMutation(operation('AddComment'), {
    onError: tell,
    update(cache, { data }) {
      const added = data?.addComment.comment
      if (!added) return
      cache.modify({
        id: cache.identify({ __typename: 'Video', id: video.id }) ?? '',
        fields: {
          comments: (list: unknown, { toReference }) =>
            withFirst(list, toReference({ __typename: 'Comment', id: added.id })),
        },
      })
    },
  })
  const [addReply, replying] = useMutation(operation('AddReply'), {
    onError: tell,
    update(cache, { data }) {
      const added = data?.addReply.reply
      if (!added) return
      cache.modify({
        id: cache.identify({ __typename: 'Comment', id: answered?.commentId }) ?? '',
        fields: {
          replies: (list: unknown, { toReference }) =>
            withFirst(list, toReference({ __typename: 'Comment', id: added.id })),
        },
      })
    },
  })
  const isBusy = adding.loading || replying.loading

  useEffect(() => {
    if (answered) area.current?.focus()
  }, [answered])

  async function send(): Promise<void> {
    const trimmed = content.trim()
    if (trimmed === '' || isBusy) return
    const { data } = answered
      ? await addReply({ variables: { commentId: answered.id, content: trimmed } })
      : await addComment({ variables: { videoId: video.id, content: trimmed } })
    if (!data) return
    setContent('')
    onSent()
  }

  if (policy === 'NOBODY') return <p className="composer muted">{text('closed')}</p>
  if (!user) {
    return (
      <div className="composer">
        <Button kind="primary" onClick={() => askToSignIn('needed')}>
          {text('signIn')}
        </Button>
      </div>
    )
  }
  const placeholder = answered ? text('replyTo', { name: answered.name }) : text('write')
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      {policy === 'FRIENDS' && video.author?.id !== user.id && <p className="composer-note muted">{text('friends')}</p>}
      {viewer && <Avatar src={viewer.avatar} size="small" />}
      <textarea
        ref={area}
        rows={1}
        maxLength={500}
        value={content}
        placeholder={placeholder}
        aria-label={placeholder}
        onChange={(event) => setContent(event.currentTarget.value)}
        onKeyDown={(event) => {
          // While characters are being composed, Enter chooses one.
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault()
            void send()
          }
        }}
      />
      {answered && <IconButton icon="close" label={text('cancelReply')} onClick={onCancel} />}
      <IconButton
        type="submit"
        className="composer-send"
        icon="send"
        isSolid
        label={text('send')}
        disabled={content.trim() === '' || isBusy}
      />
    </form>
  )
}
