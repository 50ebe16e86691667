import type { StreamEvent } from '../../../client/event-stream.ts'
import { graph } from '../graph/cache.ts'
import { operation } from '../graph/documents.ts'
import { tokenStore } from '../graph/store.ts'
import { appendMessage, removeMessage, writeConversation } from '../messages/stored-messages.ts'

/** Changes fields of an object in the cache, if it is there. */
function change(typename: string, id: string, fields: Readonly<Record<string, unknown>>): void {
  graph.cache.modify({
    id: graph.cache.identify({ __typename: typename, id }) ?? '',
    fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, () => value])),
  })
}

function changeViewer(fields: Readonly<Record<string, unknown>>): void {
  const id = tokenStore.read()?.user.id
  if (id !== undefined) change('User', id, fields)
}

let rereading: ReturnType<typeof setTimeout> | undefined

/** Reads the counts of the viewer once for many events. */
function rereadViewer(): void {
  clearTimeout(rereading)
  rereading = setTimeout(() => {
    void graph.query({ query: operation('Viewer'), fetchPolicy: 'network-only' }).catch(() => undefined)
  }, 200)
}

/** Brings the cache up to what an event tells, for all pages. */
export function applyEvent(event: StreamEvent): void {
  switch (event.__typename) {
    case 'NotificationAdded':
    case 'NotificationsRead':
      changeViewer({ unreadNotificationCount: event.unreadCount })
      break
    case 'MessageReceived':
    case 'MessageSent':
    case 'MessageRecalled':
    case 'ConversationRead':
    case 'ConversationSeen': {
      writeConversation(graph.cache, event.conversation)
      if (event.__typename === 'MessageRecalled') removeMessage(graph.cache, event.messageId)
      else if ('message' in event) appendMessage(graph.cache, event.conversation.id, event.message)
      if (event.__typename !== 'ConversationSeen') rereadViewer()
      break
    }
    case 'VideoChanged': {
      const { id, status, progress, failureReason, notice, playUrl, hlsUrl, coverUrl, thumbhash } = event.video
      change('Video', id, { status, progress, failureReason, notice, playUrl, hlsUrl, coverUrl, thumbhash })
      break
    }
    case 'Gap':
      void graph.refetchQueries({ include: 'active' })
      break
    case 'Typing':
      break
  }
}
