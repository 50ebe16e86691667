import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import type { StreamEvent } from '../../../client/event-stream.ts'
import { client } from '../graph/client.ts'
import { useSession } from '../sign-in/session.tsx'
import { applyEvent } from './apply-event.ts'

type Listener = (event: StreamEvent) => void

interface Events {
  /** Whether events arrive at present; true as well when nobody is signed in. */
  readonly isConnected: boolean
  readonly listen: (listener: Listener) => () => void
}

const EventsContext = createContext<Events | null>(null)

function useContextOfEvents(): Events {
  const events = useContext(EventsContext)
  if (!events) throw new Error('there are no events around this')
  return events
}

/** Calls a listener with each event of the user who is signed in. */
export function useEvents(listener: Listener): void {
  const { listen } = useContextOfEvents()
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => listen((event) => latest.current(event)), [listen])
}

/** Whether events arrive at present. */
export function useIsConnected(): boolean {
  return useContextOfEvents().isConnected
}

/** A connection is called lost when it does not come back within this time, in milliseconds. */
const graceMs = 2_500

/** Follows the events of the user who is signed in: the cache first, then the listeners. */
export function EventProvider({ children }: { readonly children: ReactNode }) {
  const { user } = useSession()
  const [isConnected, setIsConnected] = useState(true)
  const listeners = useRef(new Set<Listener>())
  const userId = user?.id

  useEffect(() => {
    if (userId === undefined) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const stream = client.events({
      onEvent(event) {
        applyEvent(event)
        for (const listener of listeners.current) listener(event)
      },
      onConnected(isThere) {
        clearTimeout(timer)
        if (isThere) setIsConnected(true)
        else timer = setTimeout(() => setIsConnected(false), graceMs)
      },
    })
    return () => {
      clearTimeout(timer)
      setIsConnected(true)
      stream[Symbol.dispose]()
    }
  }, [userId])

  const events = useMemo<Events>(
    () => ({
      isConnected,
      listen(listener) {
        listeners.current.add(listener)
        return () => void listeners.current.delete(listener)
      },
    }),
    [isConnected],
  )
  return <EventsContext.Provider value={events}>{children}</EventsContext.Provider>
}
