import type { Coordinate } from './matrix.ts'
import { chatOperations } from './operations/chat.ts'
import type { Ask } from './operations/operation.ts'
import { socialOperations } from './operations/social.ts'
import { userOperations } from './operations/user.ts'
import { videoOperations } from './operations/video.ts'

/** The operation for each field of the matrix, for any caller. */
export const operations: Readonly<Record<Coordinate, Ask>> = {
  ...userOperations,
  ...videoOperations,
  ...socialOperations,
  ...chatOperations,
}
