import { useQuery } from '@apollo/client/react'
import { useCallback, useMemo, useState } from 'react'
import { operation, type Data } from '../graph/documents.ts'
import { useSession } from '../sign-in/session.tsx'

export type FeedTab = 'forYou' | 'following' | 'latest'
export type FeedVideo = NonNullable<Data<'Video'>['video']>

export interface Feed {
  readonly videos: readonly FeedVideo[]
  readonly isLoading: boolean
  readonly hasMore: boolean
  readonly error: unknown
  readonly loadMore: () => void
  /** Begins anew. */
  readonly refresh: () => void
}

/** The number of a session of recommendations, for as long as the page is open: going back shows the same videos. */
let seed = newSeed()
function newSeed(): number {
  return Math.floor(Math.random() * 2_000_000_000)
}

/** The videos of a tab. Without a user, what is recommended is what is popular. */
export function useFeed(tab: FeedTab): Feed {
  const { user } = useSession()
  const [currentSeed, setCurrentSeed] = useState(seed)
  const isFor = (wanted: 'recommended' | 'trending' | 'following' | 'latest'): boolean =>
    wanted === (tab !== 'forYou' ? tab : user ? 'recommended' : 'trending')
  const recommended = useQuery(operation('RecommendedFeed'), {
    skip: !isFor('recommended'),
    variables: { seed: currentSeed },
    notifyOnNetworkStatusChange: true,
  })
  const trending = useQuery(operation('TrendingVideos'), {
    skip: !isFor('trending'),
    notifyOnNetworkStatusChange: true,
  })
  const isQuiet = trending.data?.trendingVideos.edges.length === 0
  const latest = useQuery(operation('Feed'), {
    skip: !isFor('latest') && !(isFor('trending') && isQuiet),
    notifyOnNetworkStatusChange: true,
    // Others publish meanwhile.
    fetchPolicy: tab === 'latest' ? 'cache-and-network' : 'cache-first',
    nextFetchPolicy: 'cache-first',
  })
  const following = useQuery(operation('FollowingFeed'), {
    skip: !isFor('following') || !user,
    notifyOnNetworkStatusChange: true,
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
  })
  const result = isFor('recommended')
    ? { ...recommended, connection: recommended.data?.recommendedFeed }
    : isFor('following')
      ? { ...following, connection: following.data?.followingFeed }
      : isFor('latest') || isQuiet
        ? { ...latest, connection: latest.data?.feed }
        : { ...trending, connection: trending.data?.trendingVideos }
  const { connection, loading: isLoading, error, fetchMore, refetch } = result
  const hasMore = connection?.pageInfo.hasNextPage ?? false
  const after = connection?.pageInfo.endCursor

  const videos = useMemo(() => {
    const byId = new Map<string, FeedVideo>()
    for (const { node } of connection?.edges ?? []) if (!byId.has(node.id)) byId.set(node.id, node)
    return [...byId.values()]
  }, [connection])

  const loadMore = useCallback(() => {
    if (!isLoading && hasMore) fetchMore({ variables: { after } }).catch(() => undefined)
  }, [isLoading, hasMore, after, fetchMore])

  const refresh = useCallback(() => {
    seed = newSeed()
    setCurrentSeed(seed)
    if (tab !== 'forYou' || !user) refetch().catch(() => undefined)
  }, [tab, user, refetch])

  return { videos, isLoading, hasMore, error, loadMore, refresh }
}
