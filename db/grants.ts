import pg from 'pg'
import { roleOf } from '../platform/postgres/database.ts'
import { jobOwner, owners, publishedTo, type Owner } from './ownership.ts'

/** The schema of the job queue, which creates its own tables. */
const jobSchema = 'graphile_worker'

/** Why the roles cannot be used on a server, for the operator: the subgraphs then have the rights of the login. */
export type Unenforced = string

const insufficientPrivilege = '42501'
const duplicateObject = '42710'
const uniqueViolation = '23505'
/** "tuple concurrently updated": another process is granting the same at the same time. */
const internalError = 'XX000'
const attempts = 5

/**
 * Gives the role of each owner exactly the rights that `ownership.ts` states. Missing roles are created; they belong to the
 * whole server, the rights to this database. Call it after the migrations, with the login that owns the database. When nothing
 * has to change, it only reads.
 *
 * @returns why ownership cannot be enforced here; undefined when it is.
 */
export async function grantOwnership(client: pg.Client): Promise<Unenforced | undefined> {
  try {
    for (const owner of owners) await ensureRole(client, roleOf(owner))
  } catch (error) {
    if ((error as pg.DatabaseError).code !== insufficientPrivilege) throw error
    return (error as Error).message
  }
  const statements = [...(await missingPolicies(client)), ...(await differences(client))]
  if (statements.length > 0) await client.query(statements.join(';\n'))
  return undefined
}

/**
 * Creates a role without login, and lets the current login act as it. Processes of other databases may do the same
 * concurrently.
 */
async function ensureRole(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query('select from pg_roles where rolname = $1', [role])
  if (rows.length === 0) {
    await client.query(`create role "${role}" nologin`).catch((error: unknown) => {
      if (![duplicateObject, uniqueViolation].includes((error as pg.DatabaseError).code ?? '')) throw error
    })
  }
  for (let attempt = 1; !(await mayActAs(client, role)); attempt++) {
    await client.query(`grant "${role}" to current_user`).catch((error: unknown) => {
      if ((error as pg.DatabaseError).code !== internalError || attempt === attempts) throw error
    })
  }
}

async function mayActAs(client: pg.Client, role: string): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(mayActAsRole, [[role]])
  return rows[0]?.may === true
}

/**
 * Which of the roles $1 exist, as `role`, and whether the login `may` act as each. Since Postgres 16 the right to act as a role
 * is separate from membership.
 */
const mayActAsRole = `
  select rolname as role,
    pg_has_role(
      rolname,
      case when current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end
    ) as may
  from pg_roles where rolname = any($1::text[])`

/**
 * Whether the login of a connection string may act as the role of an owner, and whether the role has its rights in that
 * database: `ungranted` when the database was not migrated since roles exist, `none` when the login has no such role.
 */
export async function findRole(databaseUrl: string, owner: Owner): Promise<'granted' | 'ungranted' | 'none'> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ may: boolean; granted: boolean | null }>(
      `select may, has_schema_privilege(role, to_regnamespace(quote_ident($2))::oid, 'USAGE') as granted
       from (${mayActAsRole}) as roles`,
      [[roleOf(owner)], owner],
    )
    if (rows[0]?.may !== true) return 'none'
    return rows[0].granted === true ? 'granted' : 'ungranted'
  } finally {
    await client.end()
  }
}

/** A schema or an object in one, and the rights of the owners' roles on it, as `role:RIGHT`. */
interface Grantable {
  readonly kind: 'schema' | 'table' | 'view' | 'sequence'
  readonly schema: string
  /** For objects in a schema. */
  readonly name: string
  readonly granted: readonly string[]
}

const grantables = `
  with roles as (select oid, rolname from pg_roles where rolname = any($1::text[]))
  select 'schema' as kind, nspname as schema, '' as name, array(
    select rolname || ':' || privilege_type from aclexplode(nspacl) join roles on roles.oid = grantee
  ) as granted
  from pg_namespace where nspname = any($2::text[])
  union all
  select case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'view' else 'table' end, nspname, relname,
    array(select rolname || ':' || privilege_type from aclexplode(relacl) join roles on roles.oid = grantee)
  from pg_class join pg_namespace on pg_namespace.oid = relnamespace
  where nspname = any($2::text[]) and relkind in ('r', 'p', 'v', 'm', 'S')`

/** The statements that turn the current grants into the required ones. */
async function differences(client: pg.Client): Promise<string[]> {
  const roles = owners.map(roleOf)
  const { rows } = await client.query<Grantable>(grantables, [roles, [...owners, jobSchema]])
  return rows.flatMap((target) => {
    const wanted = new Set(
      owners.flatMap((owner) => rightsOf(owner, target).map((right) => `${roleOf(owner)}:${right}`)),
    )
    const granted = new Set(target.granted)
    return [
      ...[...wanted].filter((entry) => !granted.has(entry)).map((entry) => statement('grant', entry, target)),
      ...[...granted].filter((entry) => !wanted.has(entry)).map((entry) => statement('revoke', entry, target)),
    ]
  })
}

function statement(verb: 'grant' | 'revoke', entry: string, { kind, schema, name }: Grantable): string {
  const [role = '', right = ''] = entry.split(':')
  const on =
    kind === 'schema' ? `schema "${schema}"` : `${kind === 'sequence' ? 'sequence' : 'table'} "${schema}"."${name}"`
  return `${verb} ${right} on ${on} ${verb === 'grant' ? 'to' : 'from'} "${role}"`
}

const rightsOfItsOwner = {
  schema: ['USAGE'],
  table: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  view: ['SELECT'],
  sequence: ['USAGE'],
} as const

/** The rights of an owner on a schema or an object. */
function rightsOf(owner: Owner, { kind, schema, name }: Grantable): readonly string[] {
  if (schema === owner || (schema === jobSchema && owner === jobOwner)) return rightsOfItsOwner[kind]
  const views: readonly string[] = publishedTo[owner].map(inSql)
  if (kind === 'schema') return views.some((view) => view.startsWith(`${schema}.`)) ? ['USAGE'] : []
  return kind === 'view' && views.includes(`${schema}.${name}`) ? ['SELECT'] : []
}

/** `user.publicNames` is `user.public_names` in SQL. */
function inSql(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/**
 * The job queue enables row level security on its tables, which hides their rows from all roles but the owner of the tables.
 * These policies give every role with rights on a table access to all its rows; they name no role, so a dump can be restored
 * where the roles do not exist yet.
 */
async function missingPolicies(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where nspname = $1 and relrowsecurity and not exists (select from pg_policy where polrelid = pg_class.oid)`,
    [jobSchema],
  )
  return rows.map(
    ({ name }) => `create policy rows_by_grant on "${jobSchema}"."${name}" using (true) with check (true)`,
  )
}
