import type { ReferenceResolvers } from '../../platform/entities.ts'
import type { UserReference, VideoContext } from './context.ts'

/** Reads the videos of a page, and what is asked of the people on it, so that it is there when fields are resolved. */
export const references: ReferenceResolvers<VideoContext> = {
  Video: (ids, { loaders }) => loaders.video.loadMany(ids),
  async User(ids, { loaders }, fields): Promise<UserReference[]> {
    const counts = fields.has('workCount') ? await loaders.workCount.loadMany(ids) : []
    return ids.map((id, index) => {
      const count = counts[index]
      // The field asks again for what could not be read, and fails by itself.
      return { id, workCount: count instanceof Error ? undefined : count }
    })
  },
}
