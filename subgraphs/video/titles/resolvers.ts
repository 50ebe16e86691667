import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showRow } from '../videos/viewing.ts'
import { setTitle } from './set-title.ts'

export const titleResolvers: Resolvers = {
  Mutation: {
    async setTitle(_, { input }, context, info) {
      const row = await setTitle(context, input)
      return { video: await showRow(row, context, askedFields(info).below('video')) }
    },
  },
}
