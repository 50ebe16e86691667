import { useMutation, useQuery } from '@apollo/client/react'
import { Button } from '../components/button.tsx'
import { More } from '../components/more.tsx'
import { EmptyState, ErrorState, SkeletonLines } from '../components/states.tsx'
import { showToast } from '../components/toasts.tsx'
import { UserList } from '../components/user-list.tsx'
import { operation } from '../graph/documents.ts'
import { messageOf } from '../graph/errors.ts'
import { useTexts } from '../language/language.ts'
import { settingsTexts } from './texts.ts'

const current = {
  fetchPolicy: 'cache-and-network',
  nextFetchPolicy: 'cache-first',
  notifyOnNetworkStatusChange: true,
} as const
const tell = (error: unknown): void => showToast(messageOf(error))

/** Whom the viewer has blocked. */
export function BlockedUsers() {
  const text = useTexts(settingsTexts)
  const { data, loading, error, refetch, fetchMore } = useQuery(operation('BlockedUsers'), current)
  const [unblock] = useMutation(operation('UnblockUser'), { onError: tell })
  const list = data?.blockedUsers
  // Without its block a user leaves the list at once.
  const users = (list?.edges ?? []).flatMap(({ node }) => (node && node.isBlocked !== false ? [node] : []))
  if (users.length === 0) {
    if (loading) return <SkeletonLines count={3} />
    return error ? (
      <ErrorState error={error} onRetry={() => void refetch()} />
    ) : (
      <EmptyState icon="block" title={text('noBlocked')} />
    )
  }
  return (
    <>
      <UserList
        users={users}
        action={({ id, name }) => (
          <Button
            className="is-small"
            aria-label={text('unblockUser', { name })}
            onClick={() => void unblock({ variables: { userId: id } })}
          >
            {text('unblock')}
          </Button>
        )}
      />
      <More
        hasMore={list?.pageInfo.hasNextPage ?? false}
        isLoading={loading}
        onMore={() => fetchMore({ variables: { after: list?.pageInfo.endCursor } })}
      />
    </>
  )
}

/** Whom the viewer has muted. */
export function MutedUsers() {
  const text = useTexts(settingsTexts)
  const { data, loading, error, refetch, fetchMore } = useQuery(operation('MutedUsers'), current)
  const [unmute] = useMutation(operation('UnmuteUser'), { onError: tell })
  const list = data?.mutedUsers
  const users = (list?.edges ?? []).flatMap(({ node }) => (node && node.isMuted !== false ? [node] : []))
  if (users.length === 0) {
    if (loading) return <SkeletonLines count={3} />
    return error ? (
      <ErrorState error={error} onRetry={() => void refetch()} />
    ) : (
      <EmptyState icon="eyeOff" title={text('noMuted')} />
    )
  }
  return (
    <>
      <UserList
        users={users}
        action={({ id, name }) => (
          <Button
            className="is-small"
            aria-label={text('unmuteUser', { name })}
            onClick={() => void unmute({ variables: { userId: id } })}
          >
            {text('unmute')}
          </Button>
        )}
      />
      <More
        hasMore={list?.pageInfo.hasNextPage ?? false}
        isLoading={loading}
        onMore={() => fetchMore({ variables: { after: list?.pageInfo.endCursor } })}
      />
    </>
  )
}
