import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { waitUntil } from '../embedded/processes/wait-until.ts'
import { templateDatabase } from './services.setup.ts'

/** A migrated, empty database for one test file; disposing drops it. */
export async function createTestDatabase(): Promise<AsyncDisposable & { readonly url: string }> {
  const { postgresUrl } = inject('services')
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(postgresUrl, (client) =>
    client.query(`create database ${name} template ${templateDatabase} strategy file_copy`),
  )
  const url = new URL(postgresUrl)
  url.pathname = `/${name}`
  await administer(url.href, (client) => client.query(idsOfThisRunner))
  return {
    url: url.href,
    [Symbol.asyncDispose]: () =>
      administer(postgresUrl, async (client) => {
        // Ending a pool does not wait until its connections have closed.
        const others = 'select from pg_stat_activity where datname = $1'
        await waitUntil(async () => (await client.query(others, [name])).rowCount === 0, 1_000)
        await client.query(`drop database ${name} with (force)`)
      }),
  }
}

/**
 * All test files share one object store, whose keys are ids. Test files that run concurrently therefore lease different
 * workers; otherwise two databases could generate the same id in the same millisecond.
 */
const idsOfThisRunner = ['user', 'video']
  .map((owner) => `update "${owner}".id_workers set leased_until = 'infinity' where worker % 2 <> ${runner() % 2};`)
  .join('\n')

/** The number of this test runner, of which there are two. */
function runner(): number {
  const number = Number(process.env['VITEST_POOL_ID'])
  if (!(number > 0)) throw new Error('a test database is for tests that vitest runs')
  return number
}

async function administer(postgresUrl: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
