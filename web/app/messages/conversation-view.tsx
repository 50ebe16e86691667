import { useQuery } from '@apollo/client/react'
import { useRef, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { routes, userPath } from '../../routes.ts'
import { Avatar } from '../components/avatar.tsx'
import { IconButton } from '../components/button.tsx'
import { More } from '../components/more.tsx'
import { EmptyState, ErrorState, SkeletonLines } from '../components/states.tsx'
import { useEvents } from '../events/event-provider.tsx'
import { operation } from '../graph/documents.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import { MessageComposer } from './message-composer.tsx'
import { MessageList } from './message-list.tsx'
import { messageTexts } from './texts.ts'
import { useIsTyping } from './use-is-typing.ts'
import { useOutbox } from './use-outbox.ts'
import { useReadMark } from './use-read-mark.ts'

interface ConversationViewProps {
  readonly userId: string
  readonly viewerId: string
  /** Whether the list is a page of its own, to which a button leads back. */
  readonly hasBack: boolean
}

/** How often it is asked whether the other user is online, in milliseconds. */
const presenceMs = 30_000
/** How far from the newest message still counts as being there, in pixels. */
const endDistance = 80

/** The messages with one user, and where the next one is written. */
export function ConversationView({ userId, viewerId, hasBack }: ConversationViewProps) {
  const text = useTexts(messageTexts)
  const common = useTexts(commonTexts)
  const navigate = useNavigate()
  const scroller = useRef<HTMLDivElement>(null)
  const [isAtEnd, setIsAtEnd] = useState(true)
  const { data, loading, error, refetch, fetchMore } = useQuery(operation('Conversation'), {
    variables: { userId },
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
    notifyOnNetworkStatusChange: true,
  })
  const presence = useQuery(operation('Presence'), {
    variables: { userId },
    fetchPolicy: 'network-only',
    pollInterval: presenceMs,
    skipPollAttempt: () => document.hidden,
  })
  const conversation = data?.conversation
  useEvents((event) => {
    const isTheirs = event.__typename === 'Typing' || event.__typename === 'ConversationSeen'
    if (!isTheirs || event.conversation.id !== conversation?.id || conversation.participantIsOnline === true) return
    presence.refetch().catch(() => undefined)
  })
  const participant = conversation?.participant
  const messages = (conversation?.messages.edges ?? []).map(({ node }) => node)
  const outbox = useOutbox(userId, conversation?.id)
  const isTyping = useIsTyping(conversation?.id)
  useReadMark({ userId, viewerId, messages, unreadCount: conversation?.unreadCount ?? 0, isAtEnd })

  if (!conversation) {
    return loading ? <SkeletonLines /> : <ErrorState error={error} onRetry={() => void refetch()} />
  }
  if (!participant) return <EmptyState icon="user" title={text('gone')} />
  const { name } = participant
  const isEmpty = messages.length === 0 && outbox.waiting.length === 0
  const { pageInfo } = conversation.messages

  return (
    <section className="conversation" aria-label={text('history', { name })}>
      <header className="conversation-head">
        {hasBack && <IconButton icon="back" label={common('back')} onClick={() => void navigate(routes.messages)} />}
        <Link to={userPath(participant.id)} className="conversation-who">
          <Avatar src={participant.avatar} size="small" />
          <span>
            <strong>{name}</strong>
            {conversation.participantIsOnline === true && (
              <small className="conversation-online">
                <span className="presence-mark" aria-hidden="true" />
                {text('online')}
              </small>
            )}
          </span>
        </Link>
      </header>
      <div
        className="conversation-scroller"
        ref={scroller}
        tabIndex={0}
        role="log"
        aria-label={text('history', { name })}
        onScroll={({ currentTarget }) => setIsAtEnd(currentTarget.scrollTop > -endDistance)}
      >
        <div className="conversation-history">
          <More
            hasMore={pageInfo.hasPreviousPage}
            isLoading={loading}
            onMore={() => fetchMore({ variables: { before: pageInfo.startCursor } })}
          />
          {isEmpty ? (
            <EmptyState icon="chat" title={text('begin', { name })} />
          ) : (
            <MessageList
              messages={messages}
              waiting={outbox.waiting}
              viewerId={viewerId}
              name={name}
              seenUpTo={conversation.participantReadUpTo}
              onRetry={outbox.retry}
              onDiscard={outbox.discard}
            />
          )}
        </div>
      </div>
      <p className="conversation-typing" role="status">
        {isTyping && text('typing', { name })}
      </p>
      {!isAtEnd && (
        <IconButton
          className="conversation-newest"
          icon="down"
          label={text('newest')}
          onClick={() => scroller.current?.scrollTo({ top: 0, behavior: 'smooth' })}
        />
      )}
      <MessageComposer
        userId={userId}
        name={name}
        onSend={(content) => {
          outbox.send(content)
          scroller.current?.scrollTo({ top: 0 })
        }}
      />
    </section>
  )
}
