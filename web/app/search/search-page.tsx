import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useTitle } from '../components/title.ts'
import { useTexts } from '../language/language.ts'
import { PopularVideos, RecentSearches } from './begin.tsx'
import { rememberSearch } from './recent.ts'
import { Results } from './results.tsx'
import { SearchBox } from './search-box.tsx'
import { searchTexts } from './texts.ts'

/** Looks for videos, users and topics. */
export default function SearchPage() {
  const text = useTexts(searchTexts)
  const [parameters, setParameters] = useSearchParams()
  const query = parameters.get('q') ?? ''
  const [written, setWritten] = useState(query)
  const [before, setBefore] = useState(query)
  // A link leads to another search.
  if (query !== before) {
    setBefore(query)
    setWritten(query)
  }
  useTitle(query || text('search'))

  function search(wanted: string): void {
    const trimmed = wanted.trim()
    setWritten(trimmed)
    if (trimmed !== '') rememberSearch(trimmed)
    setParameters(trimmed === '' ? {} : { q: trimmed })
  }

  return (
    <div className="page is-wide">
      <h1 className="hidden">{text('search')}</h1>
      <SearchBox value={written} onChange={setWritten} onSearch={search} />
      {query === '' ? (
        <>
          <RecentSearches onSearch={search} />
          <PopularVideos />
        </>
      ) : (
        <Results key={query} query={query} />
      )}
    </div>
  )
}
