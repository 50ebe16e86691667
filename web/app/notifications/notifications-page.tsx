import { skipToken, useQuery } from '@apollo/client/react'
import { Button } from '../components/button.tsx'
import { More } from '../components/more.tsx'
import { EmptyState, ErrorState, SkeletonLines } from '../components/states.tsx'
import { useTitle } from '../components/title.ts'
import { useEvents } from '../events/event-provider.tsx'
import { operation } from '../graph/documents.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import { addPageStyles } from '../layout/page-styles.ts'
import { useSession } from '../sign-in/session.tsx'
import { NotificationItem } from './notification-item.tsx'
import { notificationTexts } from './notification-texts.ts'
import styles from './notifications.page.css'
import { useReadMark } from './use-read-mark.ts'

addPageStyles(styles)

/** What others did that concerns the viewer, newest first; opening it marks it as read. */
export default function NotificationsPage() {
  const text = useTexts(notificationTexts)
  const common = useTexts(commonTexts)
  const { user, viewer, askToSignIn } = useSession()
  const unreadCount = viewer?.unreadNotificationCount ?? 0
  useTitle(text('title'), unreadCount)
  const { data, loading, error, refetch, fetchMore } = useQuery(
    operation('Notifications'),
    user
      ? { fetchPolicy: 'network-only', nextFetchPolicy: 'cache-first', notifyOnNetworkStatusChange: true }
      : skipToken,
  )
  useEvents(({ __typename: type }) => {
    if (type === 'NotificationAdded') refetch().catch(() => undefined)
  })
  const connection = data?.notifications
  const notifications = (connection?.edges ?? []).map(({ node }) => node)
  useReadMark(notifications[0]?.id, unreadCount)
  if (!user) {
    return (
      <EmptyState icon="bell" title={text('signIn')}>
        <Button kind="primary" onClick={() => askToSignIn('needed')}>
          {common('signIn')}
        </Button>
      </EmptyState>
    )
  }
  return (
    <div className="page notifications">
      <header className="page-head">
        <h1>{text('title')}</h1>
      </header>
      {notifications.length > 0 ? (
        <ul>
          {notifications.map((notification) => (
            <NotificationItem key={notification.id} notification={notification} />
          ))}
        </ul>
      ) : loading ? (
        <SkeletonLines />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <EmptyState icon="bell" title={text('none')}>
          <p className="muted">{text('noneLong')}</p>
        </EmptyState>
      )}
      <More
        hasMore={connection?.pageInfo.hasNextPage ?? false}
        isLoading={loading}
        onMore={() => fetchMore({ variables: { after: connection?.pageInfo.endCursor } })}
      />
    </div>
  )
}
