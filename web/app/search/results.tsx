import { useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { Link } from 'react-router'
import { topicPath } from '../../routes.ts'
import { Icon } from '../components/icon.tsx'
import { More } from '../components/more.tsx'
import { PanelTabs } from '../components/panel-tabs.tsx'
import { EmptyState, ErrorState, SkeletonLines } from '../components/states.tsx'
import { UserList } from '../components/user-list.tsx'
import { GridSkeleton, VideoGrid } from '../components/video-grid.tsx'
import { operation } from '../graph/documents.ts'
import { useTexts } from '../language/language.ts'
import { searchTexts } from './texts.ts'

const tabs = ['videos', 'users', 'topics'] as const

/** What is found for a text, by kind. */
export function Results({ query }: { readonly query: string }) {
  const text = useTexts(searchTexts)
  const [tab, setTab] = useState<(typeof tabs)[number]>('videos')
  const Shown = { videos: Videos, users: Users, topics: Topics }[tab]
  return (
    <PanelTabs label={text('results')} names={tabs} open={tab} nameOf={text} onOpen={setTab} className="search-tabs">
      <Shown query={query} />
    </PanelTabs>
  )
}

interface KindProps {
  readonly query: string
}

function Videos({ query }: KindProps) {
  const { data, loading, error, refetch, fetchMore } = useQuery(operation('SearchVideos'), {
    variables: { query },
    notifyOnNetworkStatusChange: true,
  })
  const connection = data?.searchVideos
  if (!connection) return loading ? <GridSkeleton /> : <ErrorState error={error} onRetry={() => void refetch()} />
  if (connection.edges.length === 0) return <Nothing />
  return (
    <>
      <VideoGrid videos={connection.edges.map(({ node }) => node)} />
      <More
        hasMore={connection.pageInfo.hasNextPage}
        isLoading={loading}
        onMore={() => fetchMore({ variables: { after: connection.pageInfo.endCursor } })}
      />
    </>
  )
}

function Users({ query }: KindProps) {
  const { data, loading, error, refetch, fetchMore } = useQuery(operation('SearchUsers'), {
    variables: { query },
    notifyOnNetworkStatusChange: true,
  })
  const connection = data?.searchUsers
  if (!connection) return loading ? <SkeletonLines /> : <ErrorState error={error} onRetry={() => void refetch()} />
  if (connection.edges.length === 0) return <Nothing />
  return (
    <>
      <UserList users={connection.edges.flatMap(({ node }) => (node ? [node] : []))} />
      <More
        hasMore={connection.pageInfo.hasNextPage}
        isLoading={loading}
        onMore={() => fetchMore({ variables: { after: connection.pageInfo.endCursor } })}
      />
    </>
  )
}

function Topics({ query }: KindProps) {
  const text = useTexts(searchTexts)
  const { data, loading, error, refetch } = useQuery(operation('SearchTopics'), { variables: { query } })
  if (!data) return loading ? <SkeletonLines /> : <ErrorState error={error} onRetry={() => void refetch()} />
  if (data.searchTopics.edges.length === 0) return <Nothing />
  return (
    <ul className="user-list">
      {data.searchTopics.edges.map(({ node: { name, videoCount } }) => (
        <li key={name}>
          <Link to={topicPath(name)}>
            <span className="suggestion-icon">
              <Icon name="hash" />
            </span>
            <span>
              <strong>#{name}</strong>
              <small className="muted">{text('count', { count: videoCount })}</small>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Nothing() {
  const text = useTexts(searchTexts)
  return (
    <EmptyState icon="search" title={text('none')}>
      <p className="muted">{text('noneLong')}</p>
    </EmptyState>
  )
}
