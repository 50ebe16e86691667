import { useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { Button } from '../components/button.tsx'
import { More } from '../components/more.tsx'
import { GridSkeleton, VideoGrid } from '../components/video-grid.tsx'
import { operation } from '../graph/documents.ts'
import { useTexts } from '../language/language.ts'
import { forgetSearches, recentSearches } from './recent.ts'
import { searchTexts } from './texts.ts'

/** What was searched for before. */
export function RecentSearches({ onSearch }: { readonly onSearch: (query: string) => void }) {
  const text = useTexts(searchTexts)
  const [searches, setSearches] = useState(recentSearches)
  if (searches.length === 0) return null
  return (
    <section className="section">
      <header className="section-head">
        <h2>{text('recent')}</h2>
        <Button
          kind="plain"
          className="is-small"
          onClick={() => {
            forgetSearches()
            setSearches([])
          }}
        >
          {text('forget')}
        </Button>
      </header>
      <ul className="chips">
        {searches.map((search) => (
          <li key={search}>
            <button type="button" onClick={() => onSearch(search)}>
              {search}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What is popular, for those who look for nothing in particular. */
export function PopularVideos() {
  const text = useTexts(searchTexts)
  const { data, loading, fetchMore } = useQuery(operation('TrendingVideos'), {
    variables: { first: 18 },
    notifyOnNetworkStatusChange: true,
  })
  const connection = data?.trendingVideos
  if (!connection) return loading ? <GridSkeleton /> : null
  if (connection.edges.length === 0) return null
  return (
    <section className="section">
      <header className="section-head">
        <h2>{text('popular')}</h2>
      </header>
      <VideoGrid videos={connection.edges.map(({ node }) => node)} />
      <More
        hasMore={connection.pageInfo.hasNextPage}
        isLoading={loading}
        onMore={() => fetchMore({ variables: { after: connection.pageInfo.endCursor } })}
      />
    </section>
  )
}
