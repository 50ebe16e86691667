import { sql, type Kysely } from 'kysely'
import type { UserTables } from '../../../db/ownership.ts'
import { AlreadyExists } from '../../../platform/runtime/errors.ts'
import { anyOf, idArray, violates } from '../../../platform/postgres/database.ts'
import { prepareRead } from '../../../platform/postgres/prepared-read.ts'
import { shareReads } from '../../../platform/caching/batched-reads.ts'
import { termsOf, vectorOf } from '../../../platform/text/search-terms.ts'
import { storeName } from '../search/repository.ts'
import { foldedNames } from './folded-names.ts'

/** An account and its profile. Profile fields that are null or empty have defaults. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
  readonly signature: string | null
  readonly avatarKey: string | null
  readonly backgroundKey: string | null
  readonly isBanned: boolean
  readonly isAdmin: boolean
}

/** What users sign in with. */
export interface Credentials {
  readonly id: string
  readonly name: string
  readonly passwordHash: string
}

/** The credentials of an existing account. */
export interface KnownCredentials extends Credentials {
  /** Why the user is banned; null when they are not. */
  readonly banReason: string | null
  /** Whether an operator gave the password, so that it opens one session. */
  readonly isOneTime: boolean
}

/** Accounts, each with its profile. */
export function createAccountRepository(db: Kysely<UserTables>) {
  const accounts = db
    .selectFrom('accounts')
    .leftJoin('profiles', 'profiles.userId', 'accounts.id')
    .select(['id', 'name', 'createdAt', 'signature', 'avatarKey', 'backgroundKey'])
    .select([sql<boolean>`banned_at is not null`.as('isBanned'), sql<boolean>`role = 'ADMIN'`.as('isAdmin')])
  const readMany = prepareRead(db, () => accounts.where('id', '=', anyOf([])).compile())
  const credentials = db
    .selectFrom('accounts')
    .select(['id', 'name', 'passwordHash', 'banReason'])
    .select(sql<boolean>`one_time_until is not null`.as('isOneTime'))

  async function findMany(ids: readonly string[]): Promise<Map<string, Account>> {
    const rows = await readMany([idArray(ids)])
    return new Map(rows.map((row) => [row.id, row]))
  }

  return {
    /** The existing ones of the accounts, by id; concurrent reads are batched. */
    findMany: shareReads<Account>(findMany),

    /** The same without batching, for callers that batch themselves. */
    findManyAlone: findMany,

    /** The existing ones of the accounts, by name. */
    async findManyByName(names: readonly string[]): Promise<Map<string, Account>> {
      const rows = await accounts.where('name', 'in', names).execute()
      return new Map(rows.map((row) => [row.name, row]))
    },

    /** The credentials of the user with a name, if there is one. */
    credentialsByName(name: string): Promise<KnownCredentials | undefined> {
      return credentials.where('name', '=', name).executeTakeFirst()
    },

    /** The credentials of a user, if they exist. */
    credentialsById(id: string): Promise<KnownCredentials | undefined> {
      return credentials.where('id', '=', id).executeTakeFirst()
    },

    /** @throws AlreadyExists when the name, or one that looks the same, is taken. */
    async add(account: Credentials): Promise<void> {
      try {
        const { id, name, passwordHash } = account
        await sql`
          with account as (
            insert into accounts (id, name, password_hash) values (${id}, ${name}, ${passwordHash}) returning id, name
          ), searched as (
            ${storeName(sql`account`, sql`${vectorOf(termsOf(name))}`)}
          )
          insert into name_claims (folded_name, account_id)
          select folded_name, ${id} from unnest(${foldedNames(name)}::text[]) as folded_name`.execute(db)
      } catch (error) {
        if (!violates(error, 'accounts_name_key') && !violates(error, 'name_claims_pkey')) throw error
        throw new AlreadyExists({ en: 'This name is already taken.', zh: '该用户名已被注册。' })
      }
    },

    /** Uses a one-time password up; answers whether it was still good. */
    async useOneTimePassword({ id, passwordHash }: Credentials): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('accounts')
        .set({ oneTimeUntil: sql<Date>`'-infinity'` })
        .where('id', '=', id)
        .where('passwordHash', '=', passwordHash)
        .where('oneTimeUntil', '>', sql<Date>`now()`)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    /** Replaces a password hash unless a concurrent change was faster; resolves to whether it did. */
    async replacePasswordHash(id: string, from: string, to: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('accounts')
        .set({ passwordHash: to, oneTimeUntil: null })
        .where('id', '=', id)
        .where('passwordHash', '=', from)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
  }
}

export type AccountRepository = ReturnType<typeof createAccountRepository>
