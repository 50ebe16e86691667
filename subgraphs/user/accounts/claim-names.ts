import { sql, type Kysely } from 'kysely'
import type { UserTables } from '../../../db/ownership.ts'
import { foldedNames, foldingVersion } from './folded-names.ts'

/** How many accounts are read at a time. */
const batch = 1_000

/**
 * Claims the names of accounts that were created before the current folding of names. The oldest account with a name gets the
 * claim. Several processes may call it at once: one does the work, the others wait.
 *
 * @returns how many accounts were processed; 0 when all claims are up to date.
 */
export async function claimNames(db: Kysely<UserTables>): Promise<number> {
  if ((await versionOf(db)) === foldingVersion) return 0
  return db.transaction().execute(async (tx) => {
    await sql`lock table name_folding in exclusive mode`.execute(tx)
    if ((await versionOf(tx)) === foldingVersion) return 0
    await tx.deleteFrom('nameClaims').execute()
    let count = 0
    for (let last = '0'; ;) {
      const accounts = await tx
        .selectFrom('accounts')
        .select(['id', 'name'])
        .where('id', '>', last)
        .orderBy('id')
        .limit(batch)
        .execute()
      const claims = accounts.flatMap(({ id, name }) => foldedNames(name).map((folded) => ({ id, folded })))
      await sql`
        insert into name_claims (folded_name, account_id)
        select * from unnest(${claims.map(({ folded }) => folded)}::text[], ${claims.map(({ id }) => id)}::bigint[])
        on conflict do nothing`.execute(tx)
      count += accounts.length
      const next = accounts.at(-1)
      if (!next) break
      last = next.id
    }
    await sql`
      insert into name_folding (version) values (${foldingVersion})
      on conflict (is_only) do update set version = excluded.version`.execute(tx)
    return count
  })
}

async function versionOf(db: Kysely<UserTables>): Promise<number | undefined> {
  return (await db.selectFrom('nameFolding').select('version').executeTakeFirst())?.version
}
