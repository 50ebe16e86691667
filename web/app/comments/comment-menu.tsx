import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { Menu, MenuEntry } from '../components/menu.tsx'
import { Sheet } from '../components/sheet.tsx'
import { showToast } from '../components/toasts.tsx'
import { ReportForm } from '../feed/report-form.tsx'
import type { FeedVideo } from '../feed/use-feed.ts'
import { client } from '../graph/client.ts'
import { operation } from '../graph/documents.ts'
import { messageOf } from '../graph/errors.ts'
import { useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import type { CommentLine } from './comment-line.ts'
import { commentTexts } from './texts.ts'

interface CommentMenuProps {
  readonly comment: CommentLine
  readonly video: FeedVideo
  readonly isPinned: boolean
  readonly isReply: boolean
  readonly onClose: () => void
}

const tell = (error: unknown): void => showToast(messageOf(error))

/** What else can be done with a comment. */
export function CommentMenu({ comment, video, isPinned, isReply, onClose }: CommentMenuProps) {
  const text = useTexts(commentTexts)
  const { user, viewer, asUser } = useSession()
  const [isReporting, setIsReporting] = useState(false)
  const [remove] = useMutation(operation('DeleteComment'), {
    onError: tell,
    update(cache) {
      cache.evict({ id: cache.identify({ __typename: 'Comment', id: comment.id }) ?? '' })
      cache.gc()
    },
  })
  const [pin] = useMutation(operation('PinComment'), { onError: tell })
  const [unpin] = useMutation(operation('UnpinComment'), { onError: tell })
  const isOwn = user !== null && comment.author?.id === user.id
  const isVideoOwn = user !== null && video.author?.id === user.id
  const variables = { commentId: comment.id }

  function choose(action: () => unknown): void {
    onClose()
    action()
  }

  return (
    <Sheet title={isReporting ? text('report') : text('options')} onClose={onClose} size="small">
      {isReporting ? (
        <ReportForm
          onSend={(category, note) => client.request('ReportComment', { ...variables, category, note })}
          onDone={onClose}
        />
      ) : (
        <Menu>
          {isVideoOwn && !isReply && (
            <MenuEntry
              icon="pin"
              label={text(isPinned ? 'unpin' : 'pin')}
              onPress={() => choose(() => (isPinned ? unpin : pin)({ variables }))}
            />
          )}
          {(isOwn || isVideoOwn || viewer?.isAdmin === true) && (
            <MenuEntry icon="trash" label={text('delete')} onPress={() => choose(() => remove({ variables }))} />
          )}
          {!isOwn && (
            <MenuEntry icon="flag" label={text('report')} onPress={() => asUser(() => setIsReporting(true))} />
          )}
        </Menu>
      )}
    </Sheet>
  )
}
