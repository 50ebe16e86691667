import { skipToken, useQuery } from '@apollo/client/react'
import { More } from '../components/more.tsx'
import { Sheet } from '../components/sheet.tsx'
import { EmptyState, ErrorState, SkeletonLines } from '../components/states.tsx'
import { UserList } from '../components/user-list.tsx'
import { operation } from '../graph/documents.ts'
import { useTexts } from '../language/language.ts'
import { profileTexts } from './texts.ts'

export type FollowKind = 'following' | 'followers'

interface FollowSheetProps {
  readonly userId: string
  readonly kind: FollowKind
  readonly onClose: () => void
}

/** Whom a user follows, or who follows them. */
export function FollowSheet({ userId, kind, onClose }: FollowSheetProps) {
  const text = useTexts(profileTexts)
  const options = {
    variables: { id: userId },
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
    notifyOnNetworkStatusChange: true,
  } as const
  const following = useQuery(operation('Following'), kind === 'following' ? options : skipToken)
  const followers = useQuery(operation('Followers'), kind === 'followers' ? options : skipToken)
  const { connection, loading, error, refetch, fetchMore } =
    kind === 'following'
      ? { ...following, connection: following.data?.user?.following }
      : { ...followers, connection: followers.data?.user?.followers }
  const users = (connection?.edges ?? []).flatMap(({ node }) => (node ? [node] : []))
  return (
    <Sheet title={text(kind)} onClose={onClose} size="small">
      {users.length > 0 ? (
        <UserList users={users} />
      ) : loading ? (
        <SkeletonLines count={4} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <EmptyState icon="user" title={text('noUsers')} />
      )}
      <More
        hasMore={connection?.pageInfo.hasNextPage ?? false}
        isLoading={loading}
        onMore={() => fetchMore({ variables: { after: connection?.pageInfo.endCursor } })}
      />
    </Sheet>
  )
}
