const name = 'short-video.searches'
const most = 8

/** What was searched for in this browser, the last first. */
export function recentSearches(): readonly string[] {
  try {
    return JSON.parse(localStorage.getItem(name) ?? '[]') as string[]
  } catch {
    return []
  }
}

export function rememberSearch(query: string): void {
  const searches = [query, ...recentSearches().filter((other) => other !== query)].slice(0, most)
  localStorage.setItem(name, JSON.stringify(searches))
}

export function forgetSearches(): void {
  localStorage.removeItem(name)
}
