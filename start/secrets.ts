import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAccessTokenKeys, type AccessTokenKeys } from '../platform/access-token.ts'
import { WrongSetting, type Environment } from '../platform/environment.ts'

/** What must stay secret: the keys of access tokens, and what the doors sign callers with. */
export interface Secrets {
  readonly accessTokenKeys: AccessTokenKeys
  readonly callerSecret: string
}

/**
 * The secrets out of the settings. Where services may be embedded and it is not production, missing ones are made once and
 * kept in the data folder, so that tokens outlive a restart.
 *
 * @throws WrongSetting when one is missing elsewhere, or one that is set in production is easy to guess.
 */
export function readSecrets(environment: Environment): Secrets {
  const { ACCESS_TOKEN_SECRETS, CALLER_SECRET, NODE_ENV, EMBEDDED } = environment
  if (NODE_ENV === 'production') refuseGuessable(environment)
  if (ACCESS_TOKEN_SECRETS !== undefined && CALLER_SECRET !== undefined) {
    return { accessTokenKeys: parseAccessTokenKeys(ACCESS_TOKEN_SECRETS), callerSecret: CALLER_SECRET }
  }
  if (NODE_ENV === 'production' || EMBEDDED === false) {
    throw new WrongSetting(
      'Missing setting: ACCESS_TOKEN_SECRETS and CALLER_SECRET have no default in production, nor with EMBEDDED=false',
    )
  }
  const kept = keptSecrets(environment.DATA_DIR)
  return {
    accessTokenKeys: parseAccessTokenKeys(ACCESS_TOKEN_SECRETS ?? kept.accessTokenSecrets),
    callerSecret: CALLER_SECRET ?? kept.callerSecret,
  }
}

/** Fewer different characters are no random secret. */
const leastCharacters = 8

function refuseGuessable({ ACCESS_TOKEN_SECRETS = '', CALLER_SECRET = '', MINIO_SECRET_KEY }: Environment): void {
  if (CALLER_SECRET !== '' && ACCESS_TOKEN_SECRETS.includes(CALLER_SECRET)) {
    throw new WrongSetting('Wrong setting: CALLER_SECRET must be another secret than those of ACCESS_TOKEN_SECRETS')
  }
  for (const [name, secret] of Object.entries({ ACCESS_TOKEN_SECRETS, CALLER_SECRET })) {
    if (secret !== '' && new Set(secret).size < leastCharacters) {
      throw new WrongSetting(`Wrong setting: ${name} is easy to guess`)
    }
  }
  if (MINIO_SECRET_KEY === 'minioadmin') {
    throw new WrongSetting('Wrong setting: MINIO_SECRET_KEY is the example that everybody knows')
  }
}

interface KeptSecrets {
  readonly accessTokenSecrets: string
  readonly callerSecret: string
}

function keptSecrets(dataDir: string): KeptSecrets {
  const path = join(dataDir, 'secrets.json')
  mkdirSync(dataDir, { recursive: true })
  const fresh: KeptSecrets = { accessTokenSecrets: `local:${random()}`, callerSecret: random() }
  try {
    // 'wx': of two processes that start at once, one writes and both read.
    writeFileSync(path, JSON.stringify(fresh, null, 2), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return JSON.parse(readFileSync(path, 'utf8')) as KeptSecrets
}

function random(): string {
  return randomBytes(32).toString('base64url')
}
