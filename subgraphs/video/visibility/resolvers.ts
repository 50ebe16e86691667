import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showRow } from '../videos/viewing.ts'
import { setVideoVisibility } from './set-visibility.ts'

export const visibilityResolvers: Resolvers = {
  Mutation: {
    async setVideoVisibility(_, { input }, context, info) {
      const row = await setVideoVisibility(context, input)
      return { video: await showRow(row, context, askedFields(info).below('video')) }
    },
  },
}
