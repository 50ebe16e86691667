import type { Call } from '../platform/call.ts'
import type { Payload, QuestionEndpoint, ViewEndpoint } from '../rest-adapter/endpoint.ts'
import { jsonObject } from '../rest-adapter/json-text.ts'
import type {
  CommentCardFragment,
  Operations,
  UserFragment,
  VideoCardFragment,
} from '../rest-adapter/operations.generated.ts'
import { mergeParameters, type Parameters } from '../rest-adapter/parameters.ts'
import { createViews } from '../rest-adapter/view/view.ts'
import { anonymous } from './callers.ts'
import { createFakeGraph, type FakeAnswers } from './fake-graph.ts'

/** The moment of every question. */
export const now = Date.parse('2026-01-31T12:00:00.000Z')

export type Given = Readonly<Record<string, string | number>>

/** Parameters as a query carries them. */
export function parametersOf(given: Given): Parameters {
  return mergeParameters(Object.entries(given).map(([name, value]) => [name, String(value)] as const))
}

/** The operation that parameters choose, and its variables. */
export function asked(endpoint: QuestionEndpoint, given: Given = {}): [string, unknown] {
  const { operation, variables } = endpoint.ask(parametersOf(given), now)
  return [operation, variables]
}

/** What becomes of an operation's data. */
export function presented<Name extends keyof Operations>(
  endpoint: QuestionEndpoint,
  given: Given,
  name: Name,
  data: Operations[Name]['data'],
): Payload {
  const question = endpoint.ask(parametersOf(given), now)
  if (question.operation !== name) throw new Error(`asked ${question.operation}, not ${name}`)
  return (question.present as (data: Operations[Name]['data'], now: number) => Payload)(data, now)
}

/** A page of a connection, as far as the adapter reads it. */
export function page<Node>(...nodes: readonly Node[]): { edges: { node: Node }[] } {
  return { edges: nodes.map((node) => ({ node })) }
}

/** A person and a video, as the graph answers them and as the contract writes them. */
export const alice: UserFragment = {
  id: '9007199254740991',
  name: 'alice',
  avatar: 'http://x.test/a.png',
  backgroundImage: 'http://x.test/b.png',
  signature: 'hello',
  followCount: 1,
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
export const clip: VideoCardFragment = {
  id: '41',
  title: 'sunset',
  playUrl: 'http://x.test/41.mp4',
  coverUrl: 'http://x.test/41.jpg',
  publishedAt: '2026-01-31T00:00:00.000Z',
  author: { id: alice.id },
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
export const remark: CommentCardFragment = {
  id: '5',
  content: '很好',
  createdAt: '2025-12-31T16:00:00.000Z',
  author: { id: alice.id },
}
export const restRemark = { id: 5, user: restAlice, content: '很好', create_date: '01-01' }

/** A viewer with a token. */
export const signedIn: Call = { ...anonymous, token: 'mine' }

/**
 * A graph in which there are alice, her clip with her remark under it, and a viewer who likes and follows all there is. An
 * older clip and an older remark are in no list.
 */
export const everybody = {
  UserCards: ({ userIds }) => ({ users: [userIds].flat().map((id) => (id === alice.id ? alice : null)) }),
  UserCounts: ({ userIds }) => {
    const all = [userIds].flat()
    return {
      userCounts: {
        followCounts: all.map(() => 1),
        followerCounts: all.map(() => 2),
        totalFavorited: all.map(() => 3),
        favoriteCounts: all.map(() => 5),
      },
      workCounts: all.map(() => 4),
    }
  },
  VideoCards: ({ videoIds }) => ({
    videos: [videoIds].flat().map((id) => (['40', '41'].includes(id) ? { ...clip, id } : null)),
  }),
  VideoCounts: ({ videoIds }) => {
    const all = [videoIds].flat()
    return { videoCounts: { favoriteCounts: all.map(() => 6), commentCounts: all.map(() => 7) } }
  },
  CommentPage: ({ videoId }) => ({ video: videoId === clip.id ? { comments: { nodeIds: [remark.id] } } : null }),
  CommentCards: ({ commentIds }) => ({
    comments: [commentIds].flat().map((id) => (['4', '5'].includes(id) ? { ...remark, id } : null)),
  }),
  ViewerFlags: ({ videoIds, userIds }) => ({
    viewerFlags: {
      favoriteVideoIds: [videoIds].flat(),
      followedUserIds: [userIds].flat(),
      blockedUserIds: [],
      hiddenUserIds: [],
      changedLately: false,
    },
  }),
  Viewer: () => ({ viewer: { id: '7' } }),
} satisfies FakeAnswers

/** What a route shows to a caller, as he reads it. */
export async function shown(
  endpoint: ViewEndpoint,
  given: Given,
  answers: FakeAnswers,
  call: Call = signedIn,
): Promise<unknown> {
  const { execute } = createFakeGraph({ ...everybody, ...answers })
  return JSON.parse(jsonObject(await endpoint.show(parametersOf(given), createViews(execute)(call), now)))
}
