import { idArgument } from '../../../platform/graphql/ids.ts'
import { snapshotArgument } from '../../../platform/postgres/snapshots.ts'
import type { Resolvers } from '../schema.generated.ts'

export const eventResolvers: Resolvers = {
  Query: {
    chatEvents: (_, { since, userId }, { events }) =>
      events.since(since == null ? null : snapshotArgument(since), userId == null ? null : idArgument(userId)),
  },
}
