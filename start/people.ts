import { openAsBlob } from 'node:fs'

/** The addresses of a running system. */
export interface ServerUrls {
  readonly restUrl: string
  readonly graphqlUrl: string
}

/** A client for one user that uses the public APIs only; it creates the demo data, and acts in tests. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly token: string
  /** Publishes a video file; resolves to its id. */
  publishes(title: string, path: string): Promise<string>
  likes(videoId: string): Promise<void>
  unlikes(videoId: string): Promise<void>
  /** Resolves to the comment's id. */
  comments(videoId: string, text: string): Promise<string>
  follows(person: Pick<Person, 'id'>): Promise<void>
  unfollows(person: Pick<Person, 'id'>): Promise<void>
  says(person: Pick<Person, 'id'>, text: string): Promise<void>
  /** Executes a GraphQL operation that must succeed. */
  asks<Data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data>
  /** Calls a route of the REST contract that must succeed. */
  calls<Payload>(method: 'GET' | 'POST', path: string, parameters?: Parameters): Promise<Payload>
}

type Parameters = Readonly<Record<string, string | number>>

/** Creates an account and signs in. */
export function register(urls: ServerUrls, name: string, password: string): Promise<Person> {
  return enter(urls, 'register', name, password)
}

/** Signs in to an existing account. */
export function login(urls: ServerUrls, name: string, password: string): Promise<Person> {
  return enter(urls, 'login', name, password)
}

async function enter(urls: ServerUrls, action: 'register' | 'login', name: string, password: string): Promise<Person> {
  const path = `/douyin/user/${action}/`
  const { user_id: userId, token } = await call<Entry>(urls, 'POST', path, { username: name, password })
  const id = String(userId)
  const act = (route: string, parameters: Parameters): Promise<unknown> =>
    call(urls, 'POST', route, { ...parameters, token })

  return {
    id,
    name,
    token,
    async publishes(title, file) {
      const form = new FormData()
      form.set('data', await openAsBlob(file), 'video.mp4')
      form.set('token', token)
      form.set('title', title)
      const response = await fetch(`${urls.restUrl}/douyin/publish/action/`, { method: 'POST', body: form })
      accept('publish', (await response.json()) as Envelope)
      const list = `/douyin/publish/list/`
      const { video_list: videos } = await call<{ video_list: { id: number }[] }>(urls, 'GET', list, { token })
      return String(videos[0]?.id)
    },
    async likes(videoId) {
      await act('/douyin/favorite/action/', { video_id: videoId, action_type: 1 })
    },
    async unlikes(videoId) {
      await act('/douyin/favorite/action/', { video_id: videoId, action_type: 2 })
    },
    async comments(videoId, text) {
      const parameters = { token, video_id: videoId, action_type: 1, comment_text: text }
      const answer = await call<{ comment: { id: number } }>(urls, 'POST', '/douyin/comment/action/', parameters)
      return String(answer.comment.id)
    },
    async follows(person) {
      await act('/douyin/relation/action/', { to_user_id: person.id, action_type: 1 })
    },
    async unfollows(person) {
      await act('/douyin/relation/action/', { to_user_id: person.id, action_type: 2 })
    },
    async says(person, text) {
      await act('/douyin/message/action/', { to_user_id: person.id, action_type: 1, content: text })
    },
    asks: (query, variables) => ask(urls, query, variables, token),
    calls: (method, route, parameters) => call(urls, method, route, { ...parameters, token }),
  }
}

interface Envelope {
  readonly status_code: number
  readonly status_msg: string
}

interface Entry extends Envelope {
  readonly user_id: number
  readonly token: string
}

/** Executes a GraphQL operation that must succeed; resolves to its data. */
export async function ask<Data>(
  urls: ServerUrls,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  token?: string,
): Promise<Data> {
  const response = await fetch(urls.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data: Data; errors?: { message: string }[] }
  if (errors) throw new Error(`the GraphQL operation failed: ${errors.map((error) => error.message).join('; ')}`)
  return data
}

async function call<Payload>(
  urls: ServerUrls,
  method: 'GET' | 'POST',
  path: string,
  parameters: Parameters,
): Promise<Payload> {
  const text = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]))
  const url = `${urls.restUrl}${path}?${new URLSearchParams(text).toString()}`
  const answer = (await (await fetch(url, { method })).json()) as Payload & Envelope
  accept(path, answer)
  return answer
}

function accept(what: string, answer: Envelope): void {
  if (answer.status_code !== 0) throw new Error(`${what} failed: ${answer.status_msg}`)
}
