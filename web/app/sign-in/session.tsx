import { useQuery } from '@apollo/client/react'
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import type { Tokens } from '../../../client/session.ts'
import { graph } from '../graph/cache.ts'
import { client } from '../graph/client.ts'
import { operation, type Data } from '../graph/documents.ts'
import { listenToTabs, tokenStore } from '../graph/store.ts'

export type Viewer = NonNullable<Data<'Viewer'>['viewer']>

/** Why the sign-in sheet is open. */
export type SignInReason = 'asked' | 'needed' | 'ended'

export interface SessionState {
  /** Who is signed in; null for nobody. */
  readonly user: Tokens['user'] | null
  /** The profile and the counts of the user; undefined until they are read. */
  readonly viewer: Viewer | undefined
  /** Why the sheet is open; null when it is closed. */
  readonly reason: SignInReason | null
  /** Opens the sheet. */
  readonly askToSignIn: (reason?: SignInReason) => void
  readonly closeSheet: () => void
  /** Runs something that needs a user, or opens the sheet. */
  readonly asUser: (action: () => void) => void
  readonly signOut: () => Promise<void>
}

const SessionContext = createContext<SessionState | null>(null)

export function useSession(): SessionState {
  const session = useContext(SessionContext)
  if (!session) throw new Error('there is no session around this')
  return session
}

/** Knows who is signed in, in this tab or another one, and asks to sign in again when a session has ended. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [user, setUser] = useState(tokenStore.read()?.user ?? null)
  const [reason, setReason] = useState<SignInReason | null>(null)
  const { data } = useQuery(operation('Viewer'), { skip: user === null, fetchPolicy: 'cache-and-network' })

  useEffect(() => {
    let lastId = tokenStore.read()?.user.id
    let isLeaving = false
    function follow(isHere: boolean): void {
      const next = tokenStore.read()?.user ?? null
      if (next?.id === lastId) return
      lastId = next?.id
      if (next) setReason(null)
      else if (isHere && !isLeaving) setReason('ended')
      isLeaving = false
      setUser(next)
      // Everything depends on who sees it.
      void graph.resetStore().catch(() => undefined)
    }
    const leave = (): void => void (isLeaving = true)
    window.addEventListener('short-video.leave', leave)
    const stop = client.session.listen(() => follow(true))
    listenToTabs(() => follow(false))
    return () => {
      stop()
      window.removeEventListener('short-video.leave', leave)
    }
  }, [])

  const askToSignIn = useCallback((why: SignInReason = 'asked') => setReason(why), [])
  const state = useMemo<SessionState>(
    () => ({
      user,
      viewer: user === null ? undefined : (data?.viewer ?? undefined),
      reason,
      askToSignIn,
      closeSheet: () => setReason(null),
      asUser: (action) => (user === null ? askToSignIn('needed') : action()),
      async signOut() {
        window.dispatchEvent(new Event('short-video.leave'))
        await client.signOut()
      },
    }),
    [user, data, reason, askToSignIn],
  )
  return <SessionContext.Provider value={state}>{children}</SessionContext.Provider>
}
