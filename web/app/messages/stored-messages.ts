import { gql, type ApolloCache, type Reference } from '@apollo/client'
import type { Data } from '../graph/documents.ts'

export type Conversation = Data<'Conversations'>['conversations']['edges'][number]['node']
export type Message = NonNullable<Conversation['lastMessage']>
type ConversationLine = Omit<Conversation, 'participantIsOnline'>

interface StoredConnection {
  readonly edges: readonly { readonly node: Reference }[]
}

const messageFields = gql`
  fragment StoredMessage on Message {
    id
    content
    createdAt
    sender {
      id
    }
  }
`

function writeMessage(cache: ApolloCache, message: Message): Reference | undefined {
  const { id, content, createdAt, sender } = message
  return cache.writeFragment({
    id: `Message:${id}`,
    fragment: messageFields,
    data: {
      __typename: 'Message',
      ...{ id, content, createdAt },
      sender: sender && { __typename: 'User', id: sender.id },
    },
  })
}

/** Brings a conversation up to what an event tells, and into the list when it is new there. */
export function writeConversation(cache: ApolloCache, conversation: ConversationLine): void {
  const { id, unreadCount, readUpTo, participantReadUpTo, participant, lastMessage } = conversation
  const lastReference = lastMessage ? writeMessage(cache, lastMessage) : null
  const isKnown = cache.modify({
    id: `Conversation:${id}`,
    fields: {
      unreadCount: () => unreadCount,
      readUpTo: () => readUpTo,
      participantReadUpTo: () => participantReadUpTo,
      lastMessage: () => lastReference ?? null,
    },
  })
  if (!isKnown) {
    cache.writeFragment({
      id: `Conversation:${id}`,
      fragment: gql`
        fragment StoredConversation on Conversation {
          id
          unreadCount
          readUpTo
          participantReadUpTo
          participantIsOnline
          participant {
            id
            name
            avatar
          }
        }
      `,
      data: {
        __typename: 'Conversation',
        ...{ id, unreadCount, readUpTo, participantReadUpTo, participantIsOnline: null },
        participant: participant && { __typename: 'User', ...participant },
      },
    })
    cache.modify({ id: `Conversation:${id}`, fields: { lastMessage: () => lastReference ?? null } })
  }
  cache.modify({
    fields: { conversations: (list: unknown) => withNode(list, { __ref: `Conversation:${id}` }, 'ConversationEdge') },
  })
}

/** Puts a message at the end of its conversation, if that was read. */
export function appendMessage(cache: ApolloCache, conversationId: string, message: Message): void {
  const reference = writeMessage(cache, message)
  if (!reference) return
  cache.modify({
    id: `Conversation:${conversationId}`,
    fields: { messages: (list: unknown) => withNode(list, reference, 'MessageEdge') },
  })
}

/** Removes a message that was recalled, wherever it is shown. */
export function removeMessage(cache: ApolloCache, id: string): void {
  cache.evict({ id: `Message:${id}` })
}

/** A stored list with one more object, unless it is there already: conversations at its beginning, messages at its end. */
function withNode(list: unknown, node: Reference, typename: 'ConversationEdge' | 'MessageEdge'): unknown {
  const connection = list as StoredConnection | undefined
  if (!connection || connection.edges.some((edge) => edge.node.__ref === node.__ref)) return list
  const edge = { __typename: typename, cursor: '', node }
  const edges = typename === 'ConversationEdge' ? [edge, ...connection.edges] : [...connection.edges, edge]
  return { ...connection, edges }
}
