import { useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { IconButton } from '../components/button.tsx'
import { More } from '../components/more.tsx'
import { EmptyState, ErrorState } from '../components/states.tsx'
import { useTitle } from '../components/title.ts'
import { GridSkeleton, VideoGrid } from '../components/video-grid.tsx'
import { operation } from '../graph/documents.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import { searchTexts } from './texts.ts'

const orders = [
  ['HOT', 'hot'],
  ['NEWEST', 'new'],
] as const

/** The videos of a topic. */
export default function TopicPage() {
  const { name = '' } = useParams()
  const text = useTexts(searchTexts)
  const common = useTexts(commonTexts)
  const navigate = useNavigate()
  const [order, setOrder] = useState<'HOT' | 'NEWEST'>('HOT')
  const { data, loading, error, refetch, fetchMore } = useQuery(operation('VideosOfTopic'), {
    variables: { name, order },
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
    notifyOnNetworkStatusChange: true,
  })
  useTitle(`#${name}`)
  const topic = data?.topic
  const connection = topic?.videos
  return (
    <div className="page is-wide">
      <header className="page-head">
        <IconButton icon="back" label={common('back')} onClick={() => void navigate(-1)} />
        <div>
          <h1>#{topic?.name ?? name}</h1>
          {topic && <p className="muted">{text('count', { count: topic.videoCount })}</p>}
        </div>
      </header>
      <div className="tabs search-tabs" role="group" aria-label={text('order')}>
        {orders.map(([value, label]) => (
          <button key={value} type="button" aria-pressed={order === value} onClick={() => setOrder(value)}>
            {text(label)}
          </button>
        ))}
      </div>
      {connection && connection.edges.length > 0 ? (
        <VideoGrid videos={connection.edges.map(({ node }) => node)} />
      ) : loading ? (
        <GridSkeleton />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <EmptyState icon="hash" title={text('noTopic')} />
      )}
      <More
        hasMore={connection?.pageInfo.hasNextPage ?? false}
        isLoading={loading}
        onMore={() => fetchMore({ variables: { after: connection?.pageInfo.endCursor } })}
      />
    </div>
  )
}
