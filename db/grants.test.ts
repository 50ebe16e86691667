import { sql, type Kysely } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openDatabase, roleOf } from '../platform/postgres/database.ts'
import { createTestDatabase } from '../testing/database.ts'
import { grantOwnership } from './grants.ts'
import { migrate } from './migrate.ts'
import { jobOwner, owners, publishedTo, type Owner } from './ownership.ts'

const insufficientPrivilege = '42501'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let admin: pg.Client
beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client(database.url)
  await admin.connect()
})
afterAll(async () => {
  await admin?.end()
  await database?.[Symbol.asyncDispose]()
})

interface Relation {
  readonly schema: string
  readonly name: string
  readonly isView: boolean
  readonly column: string
}

/** All tables and views of the system, including the job queue and the list of migrations. */
async function relations(): Promise<Relation[]> {
  const { rows } = await admin.query<Relation>(`
    select nspname as schema, relname as name, relkind = 'v' as "isView", (
      select attname from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped
      order by attidentity <> '' or attgenerated <> '', attnum limit 1
    ) as column
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p', 'v', 'm') and nspname not in ('pg_catalog', 'information_schema') and nspname !~ '^pg_'`)
  return rows
}

/** The ways to use a table, as raw SQL. None would change anything if it were allowed. */
function uses({ schema, name, column }: Relation) {
  const table = `"${schema}"."${name}"`
  return {
    select: `select * from ${table} limit 1`,
    insert: `insert into ${table} ("${column}") select null where false`,
    update: `update ${table} set "${column}" = null where false`,
    delete: `delete from ${table} where false`,
    truncate: `truncate ${table}`,
  }
}

type Use = 'select' | 'insert' | 'update' | 'delete' | 'truncate'

/** Which of these Postgres allows on the connections of an owner. */
async function allowedUses(db: Kysely<unknown>, relation: Relation): Promise<Use[]> {
  const allowed: Use[] = []
  const texts = uses(relation)
  for (const use of ['select', 'insert', 'update', 'delete', 'truncate'] as const) {
    try {
      await sql.raw(texts[use]).execute(db)
      allowed.push(use)
    } catch (error) {
      // Writing to a view that joins tables fails before rights are checked.
      const code = (error as pg.DatabaseError).code
      if (relation.isView && use !== 'select' && ['55000', '42809'].includes(code ?? '')) continue
      expect({ relation, use, code }).toEqual({ relation, use, code: insufficientPrivilege })
    }
  }
  return allowed
}

function expectedUses(owner: Owner, { schema, name, isView }: Relation): Use[] {
  const views: readonly string[] = publishedTo[owner]
  const camelCase = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  if (schema === owner || (schema === 'graphile_worker' && owner === jobOwner))
    // A trigger rejects changes to the audit log, by any role.
    return isView ? ['select'] : name === 'audit_log' ? ['select', 'insert'] : ['select', 'insert', 'update', 'delete']
  return isView && views.includes(`${schema}.${camelCase}`) ? ['select'] : []
}

describe.each(owners)('the connections of %s', (owner) => {
  it('may use its own tables, read what is published for it, and do nothing with any other table', async () => {
    const db = openDatabase<unknown>({
      url: database.url,
      schema: owner,
      poolSize: 1,
      onConnectionError: () => undefined,
    })
    try {
      const all = await relations()
      expect(all.length).toBeGreaterThan(30)
      const pairs = []
      for (const relation of all) pairs.push([relation, await allowedUses(db, relation)] as const)
      expect(pairs).toEqual(all.map((relation) => [relation, expectedUses(owner, relation)]))
      const read = all.filter((relation) => relation.schema !== owner && expectedUses(owner, relation).length === 1)
      expect(read.filter(({ schema }) => schema !== 'graphile_worker')).toHaveLength(publishedTo[owner].length)
      await expect(sql`create table mine (id bigint)`.execute(db)).rejects.toMatchObject({
        code: insufficientPrivilege,
      })
    } finally {
      await db.destroy()
    }
  })
})

it('gives rights to tables that come later, and takes back what nobody shall have', async () => {
  await admin.query('create table chat.reactions (id bigint)')
  await admin.query(`grant select on chat.messages to ${roleOf('social')}`)
  const mayUse = async (role: string, table: string): Promise<unknown> =>
    (await admin.query<{ may: boolean }>(`select has_table_privilege($1, $2, 'SELECT') as may`, [role, table])).rows[0]
      ?.may
  expect(await mayUse(roleOf('chat'), 'chat.reactions')).toBe(false)
  expect(await migrate(database.url)).toEqual({ applied: [], unenforced: undefined })
  expect(await mayUse(roleOf('chat'), 'chat.reactions')).toBe(true)
  expect(await mayUse(roleOf('social'), 'chat.messages')).toBe(false)
  expect(await mayUse(roleOf('social'), 'chat.message_parties')).toBe(true)
})

it('changes nothing in a database that is right already', async () => {
  await migrate(database.url)
  const catalogs = `select (select json_agg(xmin::text order by oid) from pg_class) as tables,
    (select json_agg(xmin::text order by oid) from pg_namespace) as schemas`
  const before = (await admin.query(catalogs)).rows
  expect(await grantOwnership(admin)).toBeUndefined()
  expect((await admin.query(catalogs)).rows).toEqual(before)
})

describe('on a server where roles cannot be made', () => {
  it('migrates a database all the same, and says why its owners are not kept apart', async () => {
    const login = 'login_without_roles'
    const url = new URL(database.url)
    await admin.query(`create role ${login} login password 'secret' nosuperuser nocreaterole`)
    try {
      await admin.query(`create database ${login} owner ${login}`)
      ;[url.username, url.password, url.pathname] = [login, 'secret', `/${login}`]
      const { applied, unenforced } = await migrate(url.href)
      expect(applied.length).toBeGreaterThan(10)
      expect(unenforced).toMatch(/permission denied to grant role/)
    } finally {
      await admin.query(`drop database if exists ${login} with (force)`)
      await admin.query(`drop role ${login}`)
    }
  })
})

it('makes the roles once when many processes start over many databases at once', async () => {
  const server = new URL(inject('services').postgresUrl)
  const names = Array.from({ length: 6 }, (_, index) => `roles_${index}`)
  // A login that may create roles, as on managed servers.
  await admin.query(`create role makes_roles login password 'secret' createrole`)
  const urls = names.map((name) => {
    const url = new URL(server)
    ;[url.username, url.password, url.pathname] = ['makes_roles', 'secret', `/${name}`]
    return url.href
  })
  try {
    for (const owner of owners) await admin.query(`grant ${roleOf(owner)} to makes_roles with admin option, set false`)
    for (const name of names) await admin.query(`create database ${name} owner makes_roles`)
    const migrated = await Promise.all(urls.flatMap((url) => [migrate(url), migrate(url)]))
    expect(migrated.map(({ unenforced }) => unenforced)).toEqual(migrated.map(() => undefined))
  } finally {
    for (const name of names) await admin.query(`drop database if exists ${name} with (force)`)
    for (const owner of owners) await admin.query(`revoke ${roleOf(owner)} from makes_roles cascade`)
    await admin.query('drop role makes_roles')
  }
})
