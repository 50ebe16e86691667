import { ClientError, clientErrorOf, type GraphError } from './errors.ts'
import { openEventStream, type EventStreamOptions } from './event-stream.ts'
import { operations, type Operations } from './operations.generated.ts'
import type { OperationName, Request } from './request.ts'
import { createSession, memoryStore, type Session, type Tokens, type TokenStore } from './session.ts'
import { uploadFile, uploadPicture, type UploadOptions } from './uploads.ts'

export interface ClientOptions {
  /** The address of the graph, such as `http://localhost:4000/graphql`. */
  readonly url: string
  /** By default, tokens end with the process. */
  readonly store?: TokenStore
  /** The language of messages, such as `zh`. */
  readonly language?: () => string
  readonly fetch?: typeof fetch
  /** The class of sockets where there is no global `WebSocket`. */
  readonly webSocketImpl?: unknown
  /** After how long a request is given up, in milliseconds; default 15 000. */
  readonly timeoutMs?: number
}

/** An answer of the graph. */
export interface Answer<Data> {
  readonly data?: Data | null
  readonly errors?: readonly GraphError[]
}

export interface Client {
  readonly session: Session
  readonly request: Request
  /**
   * Sends any operation. A token that is refused is refreshed once, and the operation sent again.
   *
   * @throws ClientError when the graph did not answer.
   */
  execute<Data>(query: string, variables: object, operationName?: string, signal?: AbortSignal): Promise<Answer<Data>>
  /** @throws ClientError */
  register(name: string, password: string): Promise<Tokens>
  /** @throws ClientError */
  signIn(name: string, password: string): Promise<Tokens>
  /** Ends the session, here and on the server if that can be reached. */
  signOut(): Promise<void>
  /** @throws ClientError */
  changePassword(currentPassword: string, newPassword: string): Promise<Tokens>
  /**
   * Uploads a video in parts. Returns the id that `PublishVideo` takes.
   *
   * @throws ClientError
   */
  upload(file: Blob, options?: UploadOptions): Promise<string>
  /**
   * Uploads a picture. Returns the id that `UpdateProfile` takes.
   *
   * @throws ClientError
   */
  uploadPicture(file: Blob, signal?: AbortSignal): Promise<string>
  /** Opens the stream of events of the user who is signed in. Disposing it closes the stream. */
  events(options: EventStreamOptions): Disposable
}

/** Creates a client of the graph. It needs nothing of a browser but `fetch` and, for events, sockets. */
export function createClient(options: ClientOptions): Client {
  const { url, store = memoryStore(), timeoutMs = 15_000 } = options
  const language = options.language ?? (() => 'en')
  const send = options.fetch ?? fetch
  const session = createSession(store, async (refreshToken) => {
    const { refreshSession } = await requestWith(null, 'RefreshSession', { refreshToken })
    return tokensOf(refreshSession)
  })

  async function post<Data>(token: string | null, body: object, signal?: AbortSignal): Promise<Answer<Data>> {
    const timeout = AbortSignal.timeout(timeoutMs)
    let response: Response
    try {
      response = await send(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json',
          'accept-language': language(),
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      })
      return (await response.json()) as Answer<Data>
    } catch (error) {
      if (signal?.aborted === true) throw new ClientError('ABORTED', 'The request was given up.', [], { cause: error })
      throw new ClientError('OFFLINE', 'The server does not answer.', [], { cause: error })
    }
  }

  async function requestWith<Name extends OperationName>(
    token: string | null,
    name: Name,
    variables: Operations[Name]['variables'],
  ): Promise<Operations[Name]['data']> {
    return dataOf(await post<Operations[Name]['data']>(token, bodyOf(operations[name].text, variables, name)))
  }

  async function execute<Data>(
    query: string,
    variables: object,
    operationName?: string,
    signal?: AbortSignal,
  ): Promise<Answer<Data>> {
    const body = bodyOf(query, variables, operationName)
    const token = await session.accessToken()
    const answer = await post<Data>(token, body, signal)
    if (token === null || !isRefused(answer)) return answer
    const next = await session.replaceToken(token)
    return next === null ? answer : post<Data>(next, body, signal)
  }

  async function request<Name extends OperationName>(
    name: Name,
    variables: Operations[Name]['variables'],
    signal?: AbortSignal,
  ): Promise<Operations[Name]['data']> {
    return dataOf(await execute<Operations[Name]['data']>(operations[name].text, variables, name, signal))
  }

  function begin(payload: AuthenticationPayload): Tokens {
    const tokens = tokensOf(payload)
    session.begin(tokens)
    return tokens
  }

  return {
    session,
    request,
    execute,
    register: async (name, password) => begin((await requestWith(null, 'Register', { name, password })).register),
    signIn: async (name, password) => begin((await requestWith(null, 'Login', { name, password })).login),
    async signOut() {
      await request('Logout', {}).catch(() => undefined)
      session.end()
    },
    changePassword: (currentPassword, newPassword) =>
      session.exchange(async (token) => {
        const variables = { currentPassword, newPassword }
        return tokensOf((await requestWith(token, 'ChangePassword', variables)).changePassword)
      }),
    upload: (file, uploadOptions) => uploadFile({ request, send }, file, uploadOptions),
    uploadPicture: (file, signal) => uploadPicture({ request, send }, file, signal),
    events: (streamOptions) =>
      openEventStream({ ...streamOptions, url, session, webSocketImpl: options.webSocketImpl }),
  }
}

interface AuthenticationPayload {
  readonly accessToken: string
  readonly expiresAt: string
  readonly refreshToken?: string | null
  readonly user: { readonly id: string; readonly name: string }
}

function tokensOf({ accessToken, expiresAt, refreshToken, user }: AuthenticationPayload): Tokens {
  return { accessToken, expiresAt, refreshToken: refreshToken ?? null, user: { id: user.id, name: user.name } }
}

function bodyOf(query: string, variables: object, operationName?: string): object {
  return { query, variables, ...(operationName !== undefined && { operationName }) }
}

/** @throws ClientError */
function dataOf<Data>({ data, errors }: Answer<Data>): Data {
  if (errors && errors.length > 0) throw clientErrorOf(errors)
  if (data === null || data === undefined) throw clientErrorOf([])
  return data
}

/** The graph answers an invalid token with the public part, and says so for each field that needs a viewer, or beside the data. */
function isRefused(answer: Answer<unknown> & { readonly extensions?: { readonly token?: unknown } }): boolean {
  if (answer.extensions?.token !== undefined) return true
  return answer.errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED') ?? false
}
