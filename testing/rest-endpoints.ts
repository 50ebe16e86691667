import type { Payload, GraphEndpoint } from '../rest-adapter/endpoint.ts'
import type { CommentFragment, Operations, UserFragment, VideoFragment } from '../rest-adapter/operations.generated.ts'
import { mergeParameters, type Parameters } from '../rest-adapter/parameters.ts'

/** The time of all requests. */
export const now = Date.parse('2026-01-31T12:00:00.000Z')

export type Given = Readonly<Record<string, string | number>>

/** Parameters as a query carries them. */
export function parametersOf(given: Given): Parameters {
  return mergeParameters(Object.entries(given).map(([name, value]) => [name, String(value)] as const))
}

/** The operation chosen by parameters, and its variables. */
export function asked(endpoint: GraphEndpoint, given: Given = {}): [string, unknown] {
  const { operation, variables } = endpoint.requestFor(parametersOf(given), now)
  return [operation, variables]
}

/** The presented form of an operation's data. */
export function presented<Name extends keyof Operations>(
  endpoint: GraphEndpoint,
  given: Given,
  name: Name,
  data: Operations[Name]['data'],
): Payload {
  const question = endpoint.requestFor(parametersOf(given), now)
  if (question.operation !== name) throw new Error(`asked ${question.operation}, not ${name}`)
  return (question.present as (data: Operations[Name]['data'], now: number) => Payload)(data, now)
}

/** A page of a connection, as far as the adapter reads it. */
export function page<Node>(...nodes: readonly Node[]): { edges: { node: Node }[] } {
  return { edges: nodes.map((node) => ({ node })) }
}

/** A user, a video and a comment, as the graph returns them and as the contract writes them. */
export const alice: UserFragment = {
  id: '9007199254740991',
  name: 'alice',
  avatar: 'http://x.test/a.png',
  backgroundImage: 'http://x.test/b.png',
  signature: 'hello',
  followingCount: 1,
  followerCount: 2,
  isFollow: true,
  totalFavorited: 3,
  workCount: 4,
  favoriteCount: 5,
}
export const restAlice = {
  id: 9007199254740991,
  name: 'alice',
  follow_count: 1,
  follower_count: 2,
  is_follow: true,
  avatar: 'http://x.test/a.png',
  background_image: 'http://x.test/b.png',
  signature: 'hello',
  total_favorited: 3,
  work_count: 4,
  favorite_count: 5,
}
export const nobody = {
  id: 0,
  name: '',
  follow_count: 0,
  follower_count: 0,
  is_follow: false,
  avatar: '',
  background_image: '',
  signature: '',
  total_favorited: 0,
  work_count: 0,
  favorite_count: 0,
}
export const clip: VideoFragment = {
  id: '41',
  title: 'sunset',
  playUrl: 'http://x.test/41.mp4',
  coverUrl: 'http://x.test/41.jpg',
  favoriteCount: 6,
  commentCount: 7,
  isFavorite: true,
  author: alice,
}
export const restClip = {
  id: 41,
  author: restAlice,
  play_url: 'http://x.test/41.mp4',
  cover_url: 'http://x.test/41.jpg',
  favorite_count: 6,
  comment_count: 7,
  is_favorite: true,
  title: 'sunset',
}
export const remark: CommentFragment = {
  id: '5',
  content: '很好',
  createdAt: '2025-12-31T16:00:00.000Z',
  author: alice,
}
export const restRemark = { id: 5, user: restAlice, content: '很好', create_date: '01-01' }
