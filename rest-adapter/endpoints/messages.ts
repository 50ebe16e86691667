import type { GraphRequest, GraphEndpoint } from '../endpoint.ts'
import { chosenAction, timestampParameter, optionalId, requiredId, textParameter } from '../parameters.ts'
import { itemsOf } from '../presenters/list.ts'
import { presentMessage, type RestMessage } from '../presenters/message.ts'

interface ChatPayload {
  readonly message_list: readonly RestMessage[]
}

export const chat: GraphEndpoint<ChatPayload> = {
  kind: 'question',
  method: 'GET',
  path: '/douyin/message/chat',
  token: 'required',
  failurePayload: () => ({ message_list: [] }),
  requestFor(parameters, now): GraphRequest<ChatPayload> {
    const userId = optionalId(parameters, 'to_user_id')
    // User 0 has no messages; the token must be valid nevertheless.
    if (userId === null) return { operation: 'Viewer', variables: {}, present: () => ({ message_list: [] }) }
    const after = timestampParameter(parameters, 'pre_msg_time', now)
    if (after === null) {
      return {
        operation: 'Conversation',
        variables: { userId },
        present: ({ conversation }) => ({ message_list: itemsOf(conversation.messages).map(presentMessage) }),
      }
    }
    // The client has already shown its own messages, and does not look for duplicates.
    return {
      operation: 'ReceivedMessages',
      variables: { userId, after: new Date(after).toISOString() },
      present: ({ conversation }) => ({ message_list: conversation.received.map(presentMessage) }),
    }
  },
}

export const sendMessage: GraphEndpoint = {
  kind: 'question',
  method: 'POST',
  path: '/douyin/message/action',
  token: 'required',
  failurePayload: () => ({}),
  requestFor: (parameters) => ({
    operation: chosenAction(parameters, { 1: 'SendMessage' } as const),
    variables: { userId: requiredId(parameters, 'to_user_id'), content: textParameter(parameters, 'content') },
    present: () => ({}),
  }),
}
