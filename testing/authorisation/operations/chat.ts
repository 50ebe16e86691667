import type { Coordinate } from '../matrix.ts'
import { goLive } from '../../live.ts'
import type { TestPerson } from '../../network.ts'
import { ofUser, withUser, type Ask } from './operation.ts'

/** The operations for fields of the chat subgraph. */
export const chatOperations = {
  'Query.conversations': () => ({
    query: '{ conversations { edges { node { lastMessage { content } } } } }',
    shows: 'a word between friends',
  }),
  'Query.conversation': ({ friend }) => ({
    query: 'query ($userId: ID!) { conversation(userId: $userId) { messages { edges { node { content } } } } }',
    variables: { userId: friend.id },
    shows: 'a word between friends',
  }),
  'Query.message': async ({ people: { owner }, sql }) => {
    const [message] = await sql('select id from chat.messages where sender_id = $1 limit 1', [owner.id])
    return {
      query: 'query ($id: ID!) { message(id: $id) { content } }',
      variables: { id: message?.['id'] },
      shows: 'a word between friends',
    }
  },
  'Mutation.recallMessage': async ({ people: { owner }, friend }) => ({
    query: 'mutation ($id: ID!) { recallMessage(input: { messageId: $id }) { messageId } }',
    variables: { id: (await saysTo(owner, friend)).id },
  }),
  'Mutation.sendTyping': ({ friend }) => ({
    query: 'mutation ($userId: ID!) { sendTyping(input: { toUserId: $userId }) { __typename } }',
    variables: { userId: friend.id },
  }),
  'Mutation.markConversationRead': async ({ people: { owner }, friend }) => ({
    query: `mutation ($userId: ID!, $upTo: ID!) {
      markConversationRead(input: { userId: $userId, upTo: $upTo }) { __typename }
    }`,
    variables: { userId: friend.id, upTo: (await saysTo(friend, owner)).id },
  }),
  'User.lastMessage': ({ friend }) => ofUser(friend.id, 'lastMessage { content }', 'a word between friends'),

  'User.unreadMessageCount': async ({ people: { owner }, friend }) => {
    await hasOneUnread(owner, friend)
    return {
      query: 'query ($id: ID!) { user(id: $id) { unreadMessageCount } }',
      variables: { id: owner.id },
      shows: 'unreadMessageCount":1',
    }
  },
  'Conversation.unreadCount': async ({ people: { owner }, friend }) => {
    await hasOneUnread(owner, friend)
    return withUser(friend.id, 'unreadCount', 'unreadCount":1')
  },
  'Conversation.readUpTo': async ({ people: { owner }, friend }) => {
    const message = await saysTo(friend, owner)
    await marksRead(owner, friend, message.id)
    return withUser(friend.id, 'readUpTo', message.id)
  },
  'Conversation.participantReadUpTo': async ({ people: { owner }, friend }) => {
    const message = await saysTo(owner, friend)
    await marksRead(friend, owner, message.id)
    return withUser(friend.id, 'participantReadUpTo', message.id)
  },

  'Conversation.participantIsOnline': async ({ friend, network }) => {
    await goLive(network, friend)
    return withUser(friend.id, 'participantIsOnline', 'participantIsOnline":true')
  },
  'Conversation.lastMessage': ({ friend }) => withUser(friend.id, 'lastMessage { content }', 'a word between friends'),
  'Conversation.messages': ({ friend }) =>
    withUser(friend.id, 'messages { edges { node { content } } }', 'a word between friends'),
  'Conversation.received': async ({ friend, people: { owner } }) => {
    await friend.says(owner, 'a word in return')
    return withUser(friend.id, 'received(after: "2025-01-01T00:00:00Z") { content }', 'a word in return')
  },

  'Mutation.sendMessage': ({ people }) => ({
    query: 'mutation ($userId: ID!) { sendMessage(input: { toUserId: $userId, content: "hello" }) { message { id } } }',
    variables: { userId: people.owner.id },
  }),
} satisfies Partial<Record<Coordinate, Ask>>

async function saysTo(from: TestPerson, to: TestPerson): Promise<{ readonly id: string }> {
  const data = await from.asks<{ sendMessage: { message: { id: string } } }>(
    'mutation ($id: ID!) { sendMessage(input: { toUserId: $id, content: "a word between friends" }) { message { id } } }',
    { id: to.id },
  )
  return data.sendMessage.message
}

async function hasOneUnread(reader: TestPerson, other: TestPerson): Promise<void> {
  await marksRead(reader, other, (await saysTo(other, reader)).id)
  await saysTo(other, reader)
}

async function marksRead(reader: TestPerson, other: TestPerson, upTo: string): Promise<void> {
  await reader.asks(
    `mutation ($userId: ID!, $upTo: ID!) {
      markConversationRead(input: { userId: $userId, upTo: $upTo }) { __typename }
    }`,
    { userId: other.id, upTo },
  )
}
