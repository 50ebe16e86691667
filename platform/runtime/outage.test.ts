import pg from 'pg'
import { expect, it } from 'vitest'
import { isLostConnection, isOutage } from './outage.ts'

function withCode(code: string): Error {
  return Object.assign(new Error('x'), { code })
}

it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', '57P01', '57P03', '08006', '53300', '57014', 'ENOSPC', 'EMFILE'])(
  'takes the code %s for an outage',
  (code) => {
    expect(isOutage(withCode(code))).toBe(true)
  },
)

it.each(['23505', '22P02', '42P01', '40P01', 'ENOENT', ''])('takes the code %s for a mistake of ours', (code) => {
  expect(isOutage(withCode(code))).toBe(false)
})

it.each([new Error('x'), new TypeError('x is undefined'), null, 'ECONNREFUSED', { code: 'ECONNREFUSED' }])(
  'takes %s for no outage',
  (error) => {
    expect(isOutage(error)).toBe(false)
  },
)

it('knows what the Postgres driver says when nobody answers', async () => {
  const pool = new pg.Pool({ host: '127.0.0.1', port: 9, connectionTimeoutMillis: 1_000 })
  const error: unknown = await pool.query('select 1').catch((cause: unknown) => cause)
  await pool.end()
  expect(isOutage(error)).toBe(true)
})

it('tells a lost connection from a statement that took too long or found no room', () => {
  for (const code of ['ECONNRESET', '57P01', '57P02', '57P03', '08006', '53300'])
    expect(isLostConnection(withCode(code))).toBe(true)
  for (const code of ['57014', '53200', '23505']) expect(isLostConnection(withCode(code))).toBe(false)
  expect(isLostConnection(new Error('timeout exceeded when trying to connect'))).toBe(false)
  expect(isOutage(new Error('timeout exceeded when trying to connect'))).toBe(true)
})
