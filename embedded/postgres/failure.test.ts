import { expect, test } from 'vitest'
import { failureReason } from './failure.ts'

test('names the cause rather than the consequence', () => {
  const output = [
    '2026-11-20 19:29:09.472 UTC [4711] LOG:  starting PostgreSQL 18.4 on x86_64-pc-linux-gnu',
    '2026-11-20 19:29:09.473 UTC [4711] LOG:  could not bind IPv4 address "127.0.0.1": Address already in use',
    '2026-11-20 19:29:09.473 UTC [4711] HINT:  Is another postmaster already running on port 5432?',
    '2026-11-20 19:29:09.474 UTC [4711] FATAL:  could not create any TCP/IP sockets',
  ]
  expect(failureReason(output.join('\n'))).toBe('could not bind IPv4 address "127.0.0.1": Address already in use')
})

test('finds the reason of initdb and of the server it runs', () => {
  expect(failureReason('initdb: error: could not create directory "data/base": No space left on device\n')).toBe(
    'could not create directory "data/base": No space left on device',
  )
  expect(failureReason('running bootstrap script ... UTC [1] FATAL:  out of memory\nchild process exited\n')).toBe(
    'out of memory',
  )
})

test('has no reason for an output without an error', () => {
  expect(
    failureReason('2026-11-20 19:29:09.476 UTC [4711] LOG:  database system is ready to accept connections'),
  ).toBeUndefined()
})
