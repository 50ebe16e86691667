/** What the owners' audit logs have in common. Each is a table `audit_log` of its owner, whose entries are never changed. */
import { sql, type Kysely } from 'kysely'
import type { AskedFields } from '../platform/graphql/asked-fields.ts'
import { pageArguments, type Connection, type PageArguments } from '../platform/graphql/connection.ts'
import { encodeCursor, idBound } from '../platform/graphql/cursor.ts'
import { pageOfRows, type Visible } from '../platform/graphql/list.ts'
import type { MaybePromise } from '../platform/graphql/maybe-promise.ts'
import { textArgument } from '../platform/text/text-argument.ts'

/** What was done to something by an administrator or an operator. */
export interface AuditRow<Action extends string, ActorId extends string | null> {
  readonly id: string
  /** Null when it was an operator on the server. */
  readonly actorId: ActorId
  readonly action: Action
  readonly subjectId: string
  readonly reason: string
  readonly createdAt: Date
}

/**
 * Why an administrator does something, out of a client's argument: 1 to 500 characters.
 *
 * @throws BadUserInput
 */
export function reasonArgument(reason: string): string {
  return textArgument(reason.trim(), { en: 'The reason', zh: '原因' }, { min: 1, max: 500 })
}

/** Reads a page of an owner's audit log, newest first, with one entry more when there are more. */
export async function readAuditLog<Row, Tables extends { readonly auditLog: object }>(
  db: Kysely<Tables>,
  page: PageArguments,
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select * from audit_log where id < ${idBound(page)} order by id desc limit ${page.first + 1}`.execute(db)
  return rows
}

/** A page of an audit log, for callers who are known to be administrators. */
export function pageOfAuditLog<Row extends { readonly id: string }>(
  read: (page: PageArguments) => Promise<readonly Row[]>,
  page: PageArguments,
  asked: AskedFields,
): MaybePromise<Visible<Connection<Row>>> {
  const list = { skeleton: read, cursorOf: ({ id }: Row) => encodeCursor(id), visibleTo: 'everybody' as const }
  return pageOfRows(list, pageArguments(page, 100), asked)
}
