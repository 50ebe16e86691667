import type { Actor } from '../matrix.ts'
import type { Stage } from '../stage.ts'

/** The operation for a field of the matrix. */
export interface Operation {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** A text in the answer that proves that the value is shown. */
  readonly shows?: string
  /**
   * The session of the caller, when it is not the usual one: another one, because the operation ends it; or none. `all end`
   * means that all of the actor's sessions end.
   */
  readonly session?: 'another' | 'none' | 'all end'
}

/** Makes the operation for an actor, and what it needs. */
export type Ask = (stage: Stage, actor: Actor) => Operation | Promise<Operation>

export const toUser = (mutation: string, userId: string): Operation => ({
  query: `mutation ($userId: ID!) { ${mutation}(input: { userId: $userId }) { user { id } } }`,
  variables: { userId },
})

export const toVideo = (mutation: string, videoId: string, more = ''): Operation => ({
  query: `mutation ($videoId: ID!) { ${mutation}(input: { videoId: $videoId ${more} }) { __typename } }`,
  variables: { videoId },
})

export const onComment = (mutation: string, commentId: string): Operation => ({
  query: `mutation ($commentId: ID!) { ${mutation}(input: { commentId: $commentId }) { __typename } }`,
  variables: { commentId },
})

export const ofUser = (id: string, fields: string, shows: string): Operation => ({
  query: `query ($id: ID!) { user(id: $id) { ${fields} } }`,
  variables: { id },
  shows,
})

export const ofVideo = (id: string, fields: string, shows: string): Operation => ({
  query: `query ($id: ID!) { video(id: $id) { ${fields} } }`,
  variables: { id },
  shows,
})

export const withUser = (userId: string, fields: string, shows: string): Operation => ({
  query: `query ($userId: ID!) { conversation(userId: $userId) { ${fields} } }`,
  variables: { userId },
  shows,
})

export const byIds = (field: string, id: string, shows: string): Operation => ({
  query: `query ($ids: [ID!]!) { ${field} }`,
  variables: { ids: [id] },
  shows,
})

export const moderation = (mutation: string, userId: string): Operation => ({
  query: `mutation ($userId: ID!) { ${mutation}(input: { userId: $userId, reason: "because" }) { user { id } } }`,
  variables: { userId },
})

export const nameOf = ({ people }: Stage, actor: Actor): string =>
  actor === 'anonymous' ? 'nobody' : people[actor].name
