import type { Tokens, TokenStore } from '../../../client/session.ts'

const name = 'short-video.tokens'

/** Tokens that all tabs of this browser share. A refresh token is valid once, so tabs refresh in turn. */
export const tokenStore: TokenStore = {
  read() {
    try {
      return JSON.parse(localStorage.getItem(name) ?? 'null') as Tokens | null
    } catch {
      return null
    }
  },
  write(tokens) {
    if (tokens) localStorage.setItem(name, JSON.stringify(tokens))
    else localStorage.removeItem(name)
  },
  exclusively: <Result>(work: () => Promise<Result>) =>
    navigator.locks.request(name, work) as unknown as Promise<Result>,
}

/** Calls a listener when another tab has signed in, refreshed or signed out. */
export function listenToTabs(listener: () => void): void {
  window.addEventListener('storage', ({ key }) => {
    if (key === name) listener()
  })
}
