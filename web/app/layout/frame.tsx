import { lazy, Suspense, useEffect, useRef } from 'react'
import { NavLink, Outlet, useLocation } from 'react-router'
import { routes, userPath } from '../../routes.ts'
import { ErrorBoundary } from '../components/error-boundary.tsx'
import { Icon, type IconName } from '../components/icon.tsx'
import { Spinner } from '../components/states.tsx'
import { Toasts } from '../components/toasts.tsx'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import { ConnectionBanner } from './connection-banner.tsx'

const SignInSheet = lazy(() => import('../sign-in/sign-in-sheet.tsx'))
const EventToasts = lazy(() => import('../notifications/event-toasts.tsx'))

/** What surrounds every page: navigation, toasts, the sign-in sheet, and a banner without a connection. */
export function Frame() {
  const text = useTexts(commonTexts)
  const { user, reason } = useSession()
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  const isFirst = useRef(true)
  useEffect(() => {
    // After a change of page, the keyboard goes on in it.
    if (!isFirst.current) main.current?.focus({ preventScroll: true })
    isFirst.current = false
  }, [pathname])

  return (
    <div className="frame">
      <a className="skip" href="#main">
        {text('skip')}
      </a>
      <Navigation />
      <main id="main" className="main" ref={main} tabIndex={-1}>
        <ConnectionBanner />
        <ErrorBoundary resetBy={pathname}>
          <Suspense fallback={<Spinner />}>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
      <Toasts />
      <Suspense>
        {reason !== null && <SignInSheet />}
        {user && <EventToasts />}
      </Suspense>
    </div>
  )
}

interface Entry {
  readonly to: string
  readonly icon: IconName
  readonly label: string
  readonly unread?: number | null | undefined
  /** Other addresses that belong to it. */
  readonly others?: readonly string[]
  /** Where only wide screens have room for it. */
  readonly isExtra?: boolean
}

function Navigation() {
  const text = useTexts(commonTexts)
  const { user, viewer, askToSignIn } = useSession()
  const { pathname } = useLocation()
  const entries: readonly Entry[] = [
    { to: routes.feed, icon: 'home', label: text('home'), others: [routes.following, routes.latest] },
    { to: routes.search, icon: 'search', label: text('search'), isExtra: true },
    { to: routes.messages, icon: 'chat', label: text('messages'), unread: viewer?.unreadMessageCount },
    { to: routes.upload, icon: 'plus', label: text('upload') },
    { to: routes.notifications, icon: 'bell', label: text('notifications'), unread: viewer?.unreadNotificationCount },
    ...(user ? [{ to: userPath(user.id), icon: 'user', label: text('profile') } as const] : []),
    { to: routes.settings, icon: 'settings', label: text('settings'), isExtra: true },
  ]
  return (
    <nav className="navigation" aria-label={text('navigation')}>
      <NavLink to={routes.feed} className="brand" aria-hidden="true" tabIndex={-1}>
        <span className="brand-mark">
          <Icon name="play" isSolid />
        </span>
        <span>{text('name')}</span>
      </NavLink>
      <ul>
        {entries.map((entry) => (
          <li key={entry.to} className={entry.isExtra ? 'is-extra' : entry.icon === 'plus' ? 'is-upload' : undefined}>
            <NavLink
              to={entry.to}
              end={entry.to === routes.feed}
              className={`navigation-link ${entry.others?.includes(pathname) ? 'is-open' : ''}`}
            >
              <span className="navigation-icon">
                <Icon name={entry.icon} />
                {entry.unread ? (
                  <span className="badge" aria-hidden="true">
                    {entry.unread > 99 ? '99+' : entry.unread}
                  </span>
                ) : null}
              </span>
              <span className="navigation-label">{entry.label}</span>
              {entry.unread ? <span className="hidden">{text('unread', { count: entry.unread })}</span> : null}
            </NavLink>
          </li>
        ))}
        {!user && (
          <li className="is-sign-in">
            <button type="button" className="navigation-link" onClick={() => askToSignIn()}>
              <span className="navigation-icon">
                <Icon name="user" />
              </span>
              <span className="navigation-label">{text('signIn')}</span>
            </button>
          </li>
        )}
      </ul>
    </nav>
  )
}
