import type { CompiledQuery, Kysely } from 'kysely'

/** Names of the statements that connections keep planned, by their texts; as many as there are in this repository. */
const names = new Map<string, string>()

/** The name under which a connection keeps the plan of a statement; undefined for one that is planned each time. */
export function preparedName(text: string): string | undefined {
  return names.get(text)
}

/** Sends the same statement with other parameters. */
export type PreparedRead<Row> = (parameters: readonly unknown[]) => Promise<readonly Row[]>

/**
 * A read that is put together once, and planned once by each connection: planning takes as long as looking up thirty rows.
 *
 * For look-ups by keys and pages in the order of an index alone, whose best plan is the same for all parameters. It names its
 * columns: a statement that is planned already fails when a column is added to its `*`.
 *
 * @param compile makes the statement, with any parameters.
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
