import type { ClientError } from './errors.ts'

/** What a sign-in leaves. */
export interface Tokens {
  readonly accessToken: string
  /** When the access token expires, as an ISO date. */
  readonly expiresAt: string
  /** Valid once: each refresh returns the next one. */
  readonly refreshToken: string | null
  readonly user: { readonly id: string; readonly name: string }
}

/** Where the tokens are stored. Several clients, such as tabs of a browser, may share a store. */
export interface TokenStore {
  read(): Tokens | null
  write(tokens: Tokens | null): void
  /** Runs one refresh at a time among all who share the store. By default each client only waits for itself. */
  exclusively?<Result>(work: () => Promise<Result>): Promise<Result>
}

/** A store that ends with the process. */
export function memoryStore(): TokenStore {
  let tokens: Tokens | null = null
  return {
    read: () => tokens,
    write: (next) => void (tokens = next),
  }
}

/** An access token that expires sooner than this, in milliseconds, is refreshed before it is used. */
const leewayMs = 20_000

export interface Session {
  readonly tokens: () => Tokens | null
  /** A token that is valid for a while; null when nobody is signed in. */
  accessToken(): Promise<string | null>
  /**
   * Call it when the server answers that a token is invalid.
   *
   * @returns another token, or null when the session is over.
   */
  replaceToken(invalid: string): Promise<string | null>
  /**
   * Exchanges all tokens for others, by a request that ends the session which it is sent with. Requests whose token is refused
   * meanwhile wait for the other ones.
   *
   * @param exchange gets a valid access token.
   */
  exchange(exchange: (accessToken: string | null) => Promise<Tokens>): Promise<Tokens>
  begin(tokens: Tokens): void
  end(): void
  /** Calls a listener after each sign-in, refresh and sign-out. Returns a function that stops it. */
  listen(listener: (tokens: Tokens | null) => void): () => void
}

/** @param refresh exchanges a refresh token; rejects with a `ClientError`. */
export function createSession(store: TokenStore, refresh: (refreshToken: string) => Promise<Tokens>): Session {
  const listeners = new Set<(tokens: Tokens | null) => void>()
  let refreshing: Promise<string | null> | undefined

  function write(tokens: Tokens | null): void {
    store.write(tokens)
    for (const listener of listeners) listener(tokens)
  }

  /** The store may have newer tokens by the time it is this client's turn. */
  async function refreshInTurn(stale: string): Promise<string | null> {
    const tokens = store.read()
    if (!tokens || tokens.accessToken !== stale) return tokens?.accessToken ?? null
    if (tokens.refreshToken === null) {
      write(null)
      return null
    }
    const refreshed = await refresh(tokens.refreshToken).catch((error: unknown) => {
      // Without an answer the session may be as good as before.
      if (!isFinal(error)) throw error
      return null
    })
    const current = store.read()
    // Another session has begun meanwhile.
    if (current?.accessToken !== stale) return current?.accessToken ?? null
    write(refreshed)
    return refreshed?.accessToken ?? null
  }

  const exclusively = store.exclusively?.bind(store) ?? (<Result>(work: () => Promise<Result>) => work())

  function refreshOnce(stale: string): Promise<string | null> {
    refreshing ??= exclusively(() => refreshInTurn(stale)).finally(() => (refreshing = undefined))
    return refreshing
  }

  async function accessToken(): Promise<string | null> {
    const tokens = store.read()
    if (!tokens) return null
    const isFresh = Date.parse(tokens.expiresAt) - Date.now() > leewayMs
    return isFresh || tokens.refreshToken === null ? tokens.accessToken : refreshOnce(tokens.accessToken)
  }

  return {
    tokens: () => store.read(),
    accessToken,
    replaceToken: refreshOnce,
    async exchange(exchange) {
      await accessToken()
      await refreshing
      const exchanging = exclusively(async () => {
        const next = await exchange(store.read()?.accessToken ?? null)
        write(next)
        return next
      })
      // When it fails, those who wait find their old token, and refresh it if it is refused.
      refreshing = exchanging
        .then(
          ({ accessToken: token }) => token,
          () => store.read()?.accessToken ?? null,
        )
        .finally(() => (refreshing = undefined))
      return exchanging
    },
    begin: (tokens) => write(tokens),
    end: () => write(null),
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const transient = new Set(['OFFLINE', 'ABORTED', 'UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL_SERVER_ERROR'])

function isFinal(error: unknown): boolean {
  return !transient.has((error as Partial<ClientError>).code ?? 'OFFLINE')
}
