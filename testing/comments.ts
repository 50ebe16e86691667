import { expect } from 'vitest'
import type { Subgraph } from '../platform/graphql/subgraph.ts'
import { anonymous, ask, signedIn } from './callers.ts'
import { entities } from './social.ts'

/** A comment as selected by tests. */
export interface Comment {
  readonly id: string
  readonly content: string
  readonly createdAt: string
  readonly author: { readonly id: string }
  readonly video: { readonly id: string; readonly commentCount: number }
}

export const addComment = `mutation ($videoId: ID!, $content: String!) {
  addComment(input: { videoId: $videoId, content: $content }) {
    comment { id content createdAt author { id } video { id commentCount } }
  }
}`

/** Writes a comment; returns it as stored. */
export async function comment(social: Subgraph, userId: string, videoId: string, content: string): Promise<Comment> {
  const variables = { videoId, content }
  const data = await ask<{ addComment: { comment: Comment } }>(social, signedIn(userId), addComment, variables)
  return data.addComment.comment
}

/** A reply as selected by tests. */
export interface Reply extends Pick<Comment, 'id' | 'content' | 'author'> {
  readonly parent: { readonly id: string; readonly replyCount: number }
  readonly replyTo: { readonly id: string }
}

export const addReply = `mutation ($commentId: ID!, $content: String!) {
  addReply(input: { commentId: $commentId, content: $content }) {
    reply { id content author { id } parent { id replyCount } replyTo { id } }
  }
}`

/** Writes a reply to a comment or reply; returns it as stored. */
export async function reply(social: Subgraph, userId: string, commentId: string, content: string): Promise<Reply> {
  const variables = { commentId, content }
  const data = await ask<{ addReply: { reply: Reply } }>(social, signedIn(userId), addReply, variables)
  return data.addReply.reply
}

/** The replies to a comment, newest first. */
export async function repliesTo(social: Subgraph, commentId: string, caller = anonymous): Promise<string[]> {
  const list = 'replies(first: 1000) { edges { node { content } } }'
  const [comment] = await entities<{ replies: { edges: { node: { content: string } }[] } }>(
    ...([social, caller, 'Comment', [commentId], list] as const),
  )
  return comment?.replies.edges.map(({ node }) => node.content) ?? []
}

/** A page of a video's comments. */
export interface CommentedVideo {
  readonly commentCount: number
  readonly comments: {
    readonly edges: readonly { readonly node: { readonly id: string; readonly content: string } }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

/** The same page of each video's comments; the page is given as GraphQL arguments. */
export function commentsOf(
  social: Subgraph,
  videoIds: readonly string[],
  page: string,
  caller = anonymous,
): Promise<CommentedVideo[]> {
  const list = `comments(${page}) { edges { node { id content } } pageInfo { hasNextPage endCursor } }`
  return entities<CommentedVideo>(social, caller, 'Video', videoIds, `commentCount ${list}`)
}

/** The comments of a video, newest first; the video's count must agree. */
export async function contentsUnder(social: Subgraph, videoId: string, caller = anonymous): Promise<string[]> {
  const [video] = await commentsOf(social, [videoId], 'first: 1000', caller)
  expect(video?.commentCount).toBe(video?.comments.edges.length)
  return video?.comments.edges.map((edge) => edge.node.content) ?? []
}
