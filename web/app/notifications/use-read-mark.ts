import { useEffect } from 'react'
import { graph } from '../graph/cache.ts'
import { operation } from '../graph/documents.ts'

/** Marks everything up to a notification as read; it stays shown as new until the page is opened again. */
export function useReadMark(newestId: string | undefined, unreadCount: number): void {
  const isDue = unreadCount > 0
  useEffect(() => {
    if (newestId === undefined || !isDue) return
    const mutation = operation('MarkNotificationsRead')
    // The event that follows changes the count in every tab.
    graph.mutate({ mutation, variables: { upTo: newestId } }).catch(() => undefined)
  }, [newestId, isDue])
}
