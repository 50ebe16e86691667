import type { ReferenceResolvers } from '../../platform/graphql/entities.ts'
import type { SocialContext } from './context.ts'
import { showPeople, showVideos } from './viewing.ts'

/** Reads what is asked of the people and videos of a page, so that it is there when their fields are resolved. */
export const references: ReferenceResolvers<SocialContext> = { Video: showVideos, User: showPeople }
