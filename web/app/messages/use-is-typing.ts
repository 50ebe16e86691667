import { useEffect, useState } from 'react'
import { useEvents } from '../events/event-provider.tsx'

/** How long a user counts as typing after an event, in milliseconds. */
const typingMs = 5_000

/** Whether the other user of a conversation is typing. */
export function useIsTyping(conversationId: string | undefined): boolean {
  const [last, setLast] = useState<object | null>(null)
  useEvents((event) => {
    if (event.__typename === 'Typing' && event.conversation.id === conversationId) setLast({})
    if (event.__typename === 'MessageReceived' && event.conversation.id === conversationId) setLast(null)
  })
  useEffect(() => {
    if (!last) return undefined
    const timer = setTimeout(() => setLast(null), typingMs)
    return () => clearTimeout(timer)
  }, [last])
  return last !== null
}
