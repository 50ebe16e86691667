import { useEffect, useRef, useSyncExternalStore } from 'react'
import { Icon } from '../components/icon.tsx'
import { showToast } from '../components/toasts.tsx'
import { useIsConnected } from '../events/event-provider.tsx'
import { graph } from '../graph/cache.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}

/** Says that there is no connection; when it is back, what is shown is read again. */
export function ConnectionBanner() {
  const text = useTexts(commonTexts)
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine)
  const isConnected = useIsConnected()
  const isGood = isOnline && isConnected
  const wasGood = useRef(true)
  useEffect(() => {
    if (isGood && !wasGood.current) {
      showToast(text('online'))
      void graph.refetchQueries({ include: 'active' })
    }
    wasGood.current = isGood
  }, [isGood, text])
  if (isGood) return null
  return (
    <p className="connection-banner" role="status">
      <Icon name="offline" />
      {text(isOnline ? 'reconnecting' : 'offline')}
    </p>
  )
}
