import { sql, type Kysely } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'
import { batchReads } from '../../../platform/caching/batched-reads.ts'
import type { MaybePromise } from '../../../platform/graphql/maybe-promise.ts'
import { mentionsIn, possibleNames, type MentionPlace } from '../../../platform/text/mentions.ts'

export type MentionRepository = ReturnType<typeof createMentionRepository>

/** The users whom texts mention. */
export function createMentionRepository(db: Kysely<SocialTables>) {
  const idsByName = batchReads<readonly string[], ReadonlyMap<string, string>>(async (questions) => {
    const rows = await db
      .selectFrom('user.publicNames')
      .select(['id', 'name'])
      .where('name', '=', sql<string>`any(${[...new Set(questions.flat())]}::text[])`)
      .execute()
    const found = new Map(rows.map(({ id, name }) => [name, id]))
    return questions.map(() => found)
  })

  return {
    /** The mentions in a text; null for none. Most texts have no `@`: these read nothing, and are answered at once. */
    mentionsIn(text: string): MaybePromise<readonly MentionPlace[] | null> {
      const names = possibleNames(text)
      if (names.length === 0) return null
      return idsByName(names).then((found) => {
        const mentions = mentionsIn(text, found)
        return mentions.length === 0 ? null : mentions
      })
    },
  }
}
