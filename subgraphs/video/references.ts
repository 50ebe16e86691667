import type { ReferenceResolvers } from '../../platform/graphql/entities.ts'
import type { VideoContext } from './context.ts'
import { findAuthors, findVideos, showVideos } from './videos/viewing.ts'

/** Reads the videos of a page, and the selected fields of its users, in advance. */
export const references: ReferenceResolvers<VideoContext> = {
  Video: async (ids, context, asked) => showVideos(await findVideos(ids, context), context, asked),
  User: (ids, context, asked) => findAuthors(ids, context, asked),
}
