import type { ReferenceResolvers } from '../../platform/graphql/entities.ts'
import type { SocialContext } from './context.ts'
import { showUsers, showVideos } from './viewing.ts'

/** Reads the selected fields of the users and videos of a page in advance. */
export const references: ReferenceResolvers<SocialContext> = { Video: showVideos, User: showUsers }
