import { useRef, useState } from 'react'
import { showToast } from '../components/toasts.tsx'
import { useEvents } from '../events/event-provider.tsx'
import { graph } from '../graph/cache.ts'
import { client } from '../graph/client.ts'
import { codeOf, messageOf } from '../graph/errors.ts'
import { appendMessage, writeConversation } from './stored-messages.ts'

/** A message that the server has not confirmed. */
export interface WaitingMessage {
  readonly key: number
  readonly content: string
  readonly hasFailed: boolean
}

export interface Outbox {
  readonly waiting: readonly WaitingMessage[]
  readonly send: (content: string) => void
  readonly retry: (message: WaitingMessage) => void
  readonly discard: (message: WaitingMessage) => void
}

/** Sends messages one after the other, and shows them until they are stored. */
export function useOutbox(userId: string, conversationId: string | undefined): Outbox {
  const [waiting, setWaiting] = useState<readonly WaitingMessage[]>([])
  const keys = useRef(0)
  const queue = useRef(Promise.resolve())
  const remove = (key: number): void => setWaiting((before) => before.filter((message) => message.key !== key))

  // The event of a message may come before the answer.
  useEvents((event) => {
    if (event.__typename !== 'MessageSent' || event.conversation.id !== conversationId) return
    const { content } = event.message
    setWaiting((before) => {
      const stored = before.find((message) => !message.hasFailed && message.content === content)
      return before.filter((message) => message !== stored)
    })
  })

  async function deliver(key: number, content: string): Promise<void> {
    try {
      const { sendMessage } = await client.request('SendMessage', { toUserId: userId, content })
      const { message, conversation } = sendMessage
      if (conversation) {
        writeConversation(graph.cache, conversation)
        appendMessage(graph.cache, conversation.id, message)
      }
      remove(key)
    } catch (error) {
      // Without a connection, the mark at the message says enough.
      if (codeOf(error) !== 'OFFLINE') showToast(messageOf(error))
      setWaiting((before) => before.map((each) => (each.key === key ? { ...each, hasFailed: true } : each)))
    }
  }

  function send(content: string): void {
    const key = ++keys.current
    setWaiting((before) => [...before, { key, content, hasFailed: false }])
    queue.current = queue.current.then(() => deliver(key, content))
  }

  return {
    waiting,
    send,
    retry({ key, content }) {
      remove(key)
      send(content)
    },
    discard: ({ key }) => remove(key),
  }
}
