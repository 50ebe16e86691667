import type { Data } from '../graph/documents.ts'

/** A user as their page shows them. */
export type Profile = NonNullable<Data<'Profile'>['user']>
