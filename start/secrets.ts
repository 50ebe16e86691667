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
 * The secrets out of the settings. Outside production, missing ones are made once and kept in the data folder, so that
 * tokens outlive a restart.
 *
 * @throws WrongSetting in production when one is missing.
 */
export function readSecrets(environment: Environment): Secrets {
  const { ACCESS_TOKEN_SECRETS, CALLER_SECRET } = environment
  if (ACCESS_TOKEN_SECRETS !== undefined && CALLER_SECRET !== undefined) {
    return { accessTokenKeys: parseAccessTokenKeys(ACCESS_TOKEN_SECRETS), callerSecret: CALLER_SECRET }
  }
  if (environment.NODE_ENV === 'production') {
    throw new WrongSetting('Missing setting: ACCESS_TOKEN_SECRETS and CALLER_SECRET have no default in production')
  }
  const kept = keptSecrets(environment.DATA_DIR)
  return {
    accessTokenKeys: parseAccessTokenKeys(ACCESS_TOKEN_SECRETS ?? kept.accessTokenSecrets),
    callerSecret: CALLER_SECRET ?? kept.callerSecret,
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
