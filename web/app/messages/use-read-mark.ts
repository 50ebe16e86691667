import { useEffect, useSyncExternalStore } from 'react'
import { graph } from '../graph/cache.ts'
import { operation } from '../graph/documents.ts'
import type { Message } from './stored-messages.ts'

interface ReadMarkOptions {
  readonly userId: string
  readonly viewerId: string
  readonly messages: readonly Message[]
  readonly unreadCount: number
  /** Whether the newest message is in sight. */
  readonly isAtEnd: boolean
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}

/** Marks the messages of the other user as read while they are in sight. */
export function useReadMark({ userId, viewerId, messages, unreadCount, isAtEnd }: ReadMarkOptions): void {
  const isVisible = useSyncExternalStore(subscribe, () => document.visibilityState === 'visible')
  const upTo = messages.findLast(({ sender }) => sender?.id !== viewerId)?.id
  const isDue = isVisible && isAtEnd && unreadCount > 0
  useEffect(() => {
    if (!isDue || upTo === undefined) return
    const mutation = operation('MarkConversationRead')
    graph.mutate({ mutation, variables: { userId, upTo } }).catch(() => undefined)
  }, [isDue, userId, upTo])
}
