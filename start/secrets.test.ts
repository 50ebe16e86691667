import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAccessTokenKeys } from '../platform/access-token.ts'
import { readEnvironment, WrongSetting } from '../platform/environment.ts'
import { readSecrets, type Secrets } from './secrets.ts'

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'secrets-test-'))
})
afterAll(() => rm(dataDir, { recursive: true }))

const read = (variables: Record<string, string>): Secrets =>
  readSecrets(readEnvironment({ DATA_DIR: dataDir, ...variables }))

const given = {
  ACCESS_TOKEN_SECRETS: 'k1:one secret of more than thirty-two characters',
  CALLER_SECRET: 'another secret of more than thirty-two characters',
}

describe('without secrets', () => {
  it('an embedded system makes its own once, and never the same as another one', () => {
    const own = read({})
    expect(read({})).toEqual(own)
    expect(read({ DATA_DIR: join(dataDir, 'another') }).callerSecret).not.toBe(own.callerSecret)
    expect(own.callerSecret.length).toBeGreaterThanOrEqual(32)
  })

  it.each([
    [{ NODE_ENV: 'production' }],
    [{ NODE_ENV: 'production', EMBEDDED: 'true' }],
    [{ EMBEDDED: 'false' }],
    [{ NODE_ENV: 'production', ACCESS_TOKEN_SECRETS: given.ACCESS_TOKEN_SECRETS }],
    [{ NODE_ENV: 'production', CALLER_SECRET: given.CALLER_SECRET }],
  ])('nothing starts under %j', (variables) => {
    expect(() => read(variables)).toThrow(WrongSetting)
  })
})

describe('secrets that are set', () => {
  it('are taken', () => {
    expect(read({ NODE_ENV: 'production', ...given })).toEqual({
      accessTokenKeys: parseAccessTokenKeys('k1:one secret of more than thirty-two characters'),
      callerSecret: given.CALLER_SECRET,
    })
  })

  it.each([
    ['short', { CALLER_SECRET: 'short' }],
    ['one and the same', { CALLER_SECRET: given.ACCESS_TOKEN_SECRETS.slice(3) }],
    ['the same character over and over', { CALLER_SECRET: 'x'.repeat(40) }],
    ['an example', { MINIO_ACCESS_KEY: 'minioadmin', MINIO_SECRET_KEY: 'minioadmin' }],
  ])('are refused in production when they are %s', (_what, variables) => {
    expect(() => read({ NODE_ENV: 'production', ...given, ...variables })).toThrow(WrongSetting)
  })
})
