import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseTokenKeys } from '../platform/auth/access-token.ts'
import { readEnvironment, WrongSetting } from '../platform/runtime/environment.ts'
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

describe('secrets that are kept', () => {
  const path = (folder: string) => join(dataDir, folder, 'secrets.json')

  it('are the same for many that start at once, and leave nothing beside their file', async () => {
    const script = `
      import { readSecrets } from ${JSON.stringify(new URL('./secrets.ts', import.meta.url).href)}
      import { readEnvironment } from ${JSON.stringify(new URL('../platform/runtime/environment.ts', import.meta.url).href)}
      console.log(readSecrets(readEnvironment({ DATA_DIR: process.argv.at(-1) })).callerSecret)`
    const options = ['--import', 'tsx/esm', '--input-type=module', '-e', script, join(dataDir, 'race')]
    const starts = Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, options))
    const secrets = (await Promise.all(starts)).map(({ stdout }) => stdout.trim())
    expect(new Set(secrets).size).toBe(1)
    expect(readdirSync(join(dataDir, 'race'))).toEqual(['secrets.json'])
  })

  it.each(['', '{"accessTokenSecrets": "local:abc', '{}', '[]', '{"accessTokenSecrets":"x","callerSecret":"y"}'])(
    'are refused in a line that says what to do when their file is damaged: %j',
    (content) => {
      mkdirSync(join(dataDir, 'damaged'), { recursive: true })
      writeFileSync(path('damaged'), content)
      expect(() => read({ DATA_DIR: join(dataDir, 'damaged') })).toThrow(/secrets\.json is damaged\. .+ delete it/)
      expect(readFileSync(path('damaged'), 'utf8')).toBe(content)
    },
  )
})

describe('secrets that are set', () => {
  it('are taken', () => {
    expect(read({ NODE_ENV: 'production', ...given })).toEqual({
      accessTokenKeys: parseTokenKeys('k1:one secret of more than thirty-two characters'),
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
