import { useQuery } from '@apollo/client/react'
import { NavLink } from 'react-router'
import { conversationPath } from '../../routes.ts'
import { Avatar } from '../components/avatar.tsx'
import { More } from '../components/more.tsx'
import { EmptyState, ErrorState, SkeletonLines } from '../components/states.tsx'
import { operation } from '../graph/documents.ts'
import { useFormats, useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import type { Conversation } from './stored-messages.ts'
import { messageTexts } from './texts.ts'

/** The conversations of the viewer, by newest message. */
export function ConversationList({ openId }: { readonly openId: string | undefined }) {
  const text = useTexts(messageTexts)
  const { data, loading, error, refetch, fetchMore } = useQuery(operation('Conversations'), {
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
    notifyOnNetworkStatusChange: true,
  })
  const connection = data?.conversations
  const conversations = sorted((connection?.edges ?? []).map(({ node }) => node))
  return (
    <section className="conversations" aria-labelledby="conversations-title">
      <header className="conversations-head">
        <h1 id="conversations-title">{text('title')}</h1>
      </header>
      {conversations.length > 0 ? (
        <ul>
          {conversations.map((conversation) => (
            <ConversationItem
              key={conversation.id}
              conversation={conversation}
              isOpen={conversation.participant?.id === openId}
            />
          ))}
        </ul>
      ) : loading ? (
        <SkeletonLines />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <EmptyState icon="chat" title={text('none')}>
          <p className="muted">{text('noneLong')}</p>
        </EmptyState>
      )}
      <More
        hasMore={connection?.pageInfo.hasNextPage ?? false}
        isLoading={loading}
        onMore={() => fetchMore({ variables: { after: connection?.pageInfo.endCursor } })}
      />
    </section>
  )
}

/** Those with messages, the newest one first; events change them where they are. */
function sorted(conversations: readonly Conversation[]): readonly Conversation[] {
  const byId = new Map(conversations.filter(({ lastMessage }) => lastMessage).map((each) => [each.id, each]))
  const time = ({ lastMessage }: Conversation): number => Date.parse(lastMessage?.createdAt ?? '')
  return [...byId.values()].sort((one, other) => time(other) - time(one))
}

interface ConversationItemProps {
  readonly conversation: Conversation
  readonly isOpen: boolean
}

function ConversationItem({ conversation, isOpen }: ConversationItemProps) {
  const text = useTexts(messageTexts)
  const { ago } = useFormats()
  const { user } = useSession()
  const { participant, lastMessage, unreadCount, participantIsOnline } = conversation
  if (!participant || !lastMessage) return null
  const isOwn = lastMessage.sender?.id === user?.id
  return (
    <li>
      <NavLink
        to={conversationPath(participant.id)}
        className={`conversation-link ${isOpen ? 'is-open' : ''} ${unreadCount > 0 ? 'is-unread' : ''}`}
      >
        <span className="presence">
          <Avatar src={participant.avatar} />
          {participantIsOnline === true && <span className="presence-mark" />}
        </span>
        <span className="conversation-name">
          {participant.name}
          {participantIsOnline === true && <span className="hidden"> {text('online')}</span>}
        </span>
        <time dateTime={lastMessage.createdAt}>{ago(lastMessage.createdAt)}</time>
        <span className="conversation-last">
          {isOwn ? text('own', { content: lastMessage.content }) : lastMessage.content}
        </span>
        {unreadCount > 0 && (
          <span className="badge">
            <span aria-hidden="true">{unreadCount > 99 ? '99+' : unreadCount}</span>
            <span className="hidden">{text('unread', { count: unreadCount })}</span>
          </span>
        )}
      </NavLink>
    </li>
  )
}
