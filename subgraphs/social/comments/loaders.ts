import DataLoader from 'dataloader'
import { createPageLoader } from '../../../platform/page-loader.ts'
import type { PersonFlags } from '../flags/loaders.ts'
import type { CommentRepository, CommentRow } from './repository.ts'

/** Loaders of one request. */
export function createCommentLoaders(comments: CommentRepository, personFlags: DataLoader<string, PersonFlags>) {
  return {
    comment: new DataLoader<string, CommentRow | null>(async (commentIds) => {
      const found = await comments.findMany(commentIds)
      return commentIds.map((commentId) => found.get(commentId) ?? null)
    }),
    /** A comment that a list of comments would show the viewer; null for any other. */
    shownComment: new DataLoader<string, CommentRow | null>(async (commentIds) => {
      const found = await comments.findListed(commentIds)
      return Promise.all(
        commentIds.map(async (commentId) => {
          const listed = found.get(commentId)
          if (!listed) return null
          const { isBlocked, isMuted } = await personFlags.load(listed.authorId)
          return isBlocked || isMuted ? null : listed
        }),
      )
    }),
    comments: createPageLoader((videoIds, page) => comments.underVideos(videoIds, page)),
  }
}
