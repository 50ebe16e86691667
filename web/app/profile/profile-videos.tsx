import { skipToken, useQuery } from '@apollo/client/react'
import { Link } from 'react-router'
import { routes } from '../../routes.ts'
import { More } from '../components/more.tsx'
import { EmptyState, ErrorState } from '../components/states.tsx'
import { GridSkeleton, VideoGrid, type GridVideo } from '../components/video-grid.tsx'
import { operation } from '../graph/documents.ts'
import { useTexts } from '../language/language.ts'
import { profileTexts } from './texts.ts'

export type ProfileTab = 'videos' | 'liked' | 'bookmarks'

interface ProfileVideosProps {
  readonly userId: string
  readonly tab: ProfileTab
  readonly isOwn: boolean
}

/** Lists change while they are shown. */
const current = { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' } as const

/** The videos of a user, those they like, or those they have bookmarked. */
export function ProfileVideos({ userId, tab, isOwn }: ProfileVideosProps) {
  const text = useTexts(profileTexts)
  const options = { ...current, variables: { id: userId }, notifyOnNetworkStatusChange: true }
  const published = useQuery(operation('VideosOfUser'), tab === 'videos' ? options : skipToken)
  const liked = useQuery(operation('FavoritesOfUser'), tab === 'liked' ? options : skipToken)
  const bookmarked = useQuery(
    operation('BookmarkedVideos'),
    tab === 'bookmarks' ? { ...current, notifyOnNetworkStatusChange: true } : skipToken,
  )
  const { connection, loading, error, refetch, fetchMore } = {
    videos: { ...published, connection: published.data?.user?.videos },
    liked: { ...liked, connection: liked.data?.user?.favoriteVideos },
    bookmarks: { ...bookmarked, connection: bookmarked.data?.bookmarkedVideos },
  }[tab]
  const videos = (connection?.edges ?? []).flatMap(({ node }): GridVideo[] => (node ? [node] : []))

  if (videos.length === 0) {
    if (loading) return <GridSkeleton />
    if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
    const isEmptyOwn = tab === 'videos' && isOwn
    const title = { videos: 'noVideos', liked: 'noLiked', bookmarks: 'noBookmarks' } as const
    return (
      <EmptyState
        icon={tab === 'videos' ? 'film' : tab === 'liked' ? 'heart' : 'bookmark'}
        title={text(isEmptyOwn ? 'noVideosOwn' : title[tab])}
      >
        {isEmptyOwn && (
          <Link className="button is-primary" to={routes.upload}>
            {text('upload')}
          </Link>
        )}
      </EmptyState>
    )
  }
  return (
    <>
      <VideoGrid videos={videos} />
      <More
        hasMore={connection?.pageInfo.hasNextPage ?? false}
        isLoading={loading}
        onMore={() => fetchMore({ variables: { after: connection?.pageInfo.endCursor } })}
      />
    </>
  )
}
