import type { CompiledQuery, Kysely } from 'kysely'

/** Names of prepared statements by their text; bounded, because all texts come from this repository. */
const names = new Map<string, string>()

/** The name under which connections prepare a statement; undefined for statements that are planned each time. */
export function preparedName(text: string): string | undefined {
  return names.get(text)
}

/** Executes the same statement with other parameters. */
export type PreparedRead<Row> = (parameters: readonly unknown[]) => Promise<readonly Row[]>

/**
 * A read that is compiled once, and planned once per connection: planning takes as long as looking up thirty rows.
 *
 * Only for look-ups by key and pages in index order, whose best plan is the same for all parameters. Name the columns: a
 * prepared statement with `*` fails after a column is added.
 *
 * @param compile builds the statement, with any parameters.
 */
export function prepareRead<Row, Tables>(db: Kysely<Tables>, compile: () => CompiledQuery<Row>): PreparedRead<Row> {
  let compiled: CompiledQuery<Row> | undefined
  return async (parameters) => {
    if (!compiled) {
      compiled = compile()
      if (!names.has(compiled.sql)) names.set(compiled.sql, `read-${names.size + 1}`)
    }
    return (await db.executeQuery<Row>({ ...compiled, parameters })).rows
  }
}
