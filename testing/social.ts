import pg from 'pg'
import type { Caller } from '../platform/auth/caller.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import type { Subgraph } from '../platform/graphql/subgraph.ts'
import { startSocial } from '../subgraphs/social/server.ts'
import { ask } from './callers.ts'
import { createTestDatabase } from './database.ts'

/** Processes of the social subgraph on one database, and users and videos for them. */
export interface TestSocial extends AsyncDisposable {
  /** The subgraph of the first process. */
  readonly subgraph: Subgraph
  readonly databaseUrl: string
  /** A connection with the rights of the database owner. */
  readonly sql: pg.Client
  /** Starts another process on the same database. */
  startProcess(): Promise<Subgraph>
  /** Stops all processes after their pending writes; the database stays. */
  stopProcesses(): Promise<void>
  /** An unused id. */
  newId(): string
  /** The ids of new users. */
  register(count: number): Promise<string[]>
  /** The id of a new video. */
  publish(authorId: string): Promise<string>
  /** The statements of all processes since the last call, without those for leases of ids. */
  takeQueries(): string[]
}

/** Starts the social subgraph on a database of its own; `hearsChanges` makes it listen for changes by other processes. */
export async function startTestSocial({ listensForChanges = false } = {}): Promise<TestSocial> {
  const database = await createTestDatabase()
  const sql = new pg.Client(database.url)
  await sql.connect()
  const queries: string[] = []
  const processes: Subgraph[] = []
  let lastId = 0

  async function startProcess(): Promise<Subgraph> {
    const subgraph = await startSocial({
      database,
      databasePoolSize: 4,
      listensForChanges,
      onQuery: (text) => queries.push(text),
      log: createLogger('silent', 'test'),
    })
    processes.push(subgraph)
    return subgraph
  }

  async function stopProcesses(): Promise<void> {
    await Promise.all(processes.splice(0).map((subgraph) => subgraph[Symbol.asyncDispose]()))
  }

  return {
    subgraph: await startProcess(),
    databaseUrl: database.url,
    sql,
    startProcess,
    stopProcesses,
    newId: () => String(++lastId),
    async register(count) {
      const ids = Array.from({ length: count }, () => String(++lastId))
      await sql.query(`insert into "user".accounts select id, 'person ' || id, '' from unnest($1::bigint[]) as id`, [
        ids,
      ])
      return ids
    },
    async publish(authorId) {
      const id = String(++lastId)
      await insertVideo(sql, id, authorId)
      return id
    },
    takeQueries: () => queries.splice(0).filter((text) => !text.includes('id_workers')),
    async [Symbol.asyncDispose]() {
      await stopProcesses()
      await sql.end()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Inserts a video without a file, and increments its author's count. */
export async function insertVideo(sql: pg.Client, id: string, authorId: string): Promise<void> {
  await sql.query(
    `with video as (
      insert into video.videos
      values ($1::bigint, $2, 'sunset', 'play', 'cover', 'video/mp4', 1, 1, 1, 1, to_timestamp($1::bigint))
      returning author_id
    )
    insert into video.author_counts as counts select author_id, 1 from video
    on conflict (author_id) do update set work_count = counts.work_count + 1`,
    [id, authorId],
  )
}

/** Fields of users, videos or comments, requested like by the gateway. */
export async function entities<Fields>(
  subgraph: Subgraph,
  caller: Caller,
  type: 'User' | 'Video' | 'Comment',
  ids: readonly string[],
  fields: string,
): Promise<Fields[]> {
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on ${type} { ${fields} } }
  }`
  const representations = ids.map((id) => ({ __typename: type, id }))
  return (await ask<{ _entities: Fields[] }>(subgraph, caller, query, { representations }))._entities
}
