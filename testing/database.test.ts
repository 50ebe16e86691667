import { expect, it } from 'vitest'
import pg from 'pg'
import { createTestDatabase } from './database.ts'

it.each(['user', 'video'])('leaves the workers of ids of %s that the other runner has', async (owner) => {
  await using database = await createTestDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    const { rows } = await client.query<{ worker: number }>(
      `select worker from "${owner}".id_workers where leased_until < now() order by worker`,
    )
    expect(rows.length).toBe(16)
    expect(new Set(rows.map(({ worker }) => worker % 2))).toEqual(new Set([Number(process.env['VITEST_POOL_ID']) % 2]))
  } finally {
    await client.end()
  }
})
