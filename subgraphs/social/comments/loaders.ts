import DataLoader from 'dataloader'
import { createPageLoader } from '../../../platform/page-loader.ts'
import type { CommentRepository, CommentRow } from './repository.ts'

/** Loaders of one request. */
export function createCommentLoaders(comments: CommentRepository) {
  return {
    comment: new DataLoader<string, CommentRow | null>(async (commentIds) => {
      const found = await comments.findMany(commentIds)
      return commentIds.map((commentId) => found.get(commentId) ?? null)
    }),
    comments: createPageLoader((videoIds, page) => comments.underVideos(videoIds, page)),
  }
}
