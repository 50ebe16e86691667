import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showRow } from '../videos/viewing.ts'
import { setCover } from './set-cover.ts'

export const coverResolvers: Resolvers = {
  Mutation: {
    async setCover(_, { input }, context, info) {
      const row = await setCover(context, input)
      return { video: await showRow(row, context, askedFields(info).below('video')) }
    },
  },
}
