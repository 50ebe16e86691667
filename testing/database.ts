import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { templateDatabase } from './services.setup.ts'

/** A migrated, empty database for one test file; disposing drops it. */
export async function createTestDatabase(): Promise<AsyncDisposable & { readonly url: string }> {
  const { postgresUrl } = inject('services')
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(postgresUrl, `create database ${name} template ${templateDatabase} strategy file_copy`)
  const url = new URL(postgresUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => administer(postgresUrl, `drop database ${name} with (force)`),
  }
}

async function administer(postgresUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
