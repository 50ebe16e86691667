import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { parseTokenKeys, type TokenKeys } from '../platform/auth/access-token.ts'
import { WrongSetting, type Environment } from '../platform/runtime/environment.ts'

/** The secrets: the keys of access tokens, and the key for signed callers. */
export interface Secrets {
  readonly accessTokenKeys: TokenKeys
  readonly callerSecret: string
}

/**
 * The secrets from the settings. Where services may be embedded and outside of production, missing ones are generated once and
 * stored in the data folder, so that tokens survive a restart.
 *
 * @throws WrongSetting when one is missing otherwise, when one set in production is easy to guess, or when the file with
 * generated ones is damaged.
 */
export function readSecrets(environment: Environment): Secrets {
  const [problem] = problemsOfSecrets(environment)
  if (problem !== undefined) throw new WrongSetting(problem)
  const { ACCESS_TOKEN_SECRETS, CALLER_SECRET } = environment
  if (ACCESS_TOKEN_SECRETS !== undefined && CALLER_SECRET !== undefined) {
    return { accessTokenKeys: parseTokenKeys(ACCESS_TOKEN_SECRETS), callerSecret: CALLER_SECRET }
  }
  const stored = storedSecrets(environment.DATA_DIR)
  return {
    accessTokenKeys: parseTokenKeys(ACCESS_TOKEN_SECRETS ?? stored.accessTokenSecrets),
    callerSecret: CALLER_SECRET ?? stored.callerSecret,
  }
}

/** What is missing or wrong among the secrets, one line each. */
export function problemsOfSecrets(environment: Environment): string[] {
  const { ACCESS_TOKEN_SECRETS, CALLER_SECRET, NODE_ENV, EMBEDDED } = environment
  const secrets = { ACCESS_TOKEN_SECRETS, CALLER_SECRET }
  const problems = NODE_ENV === 'production' ? guessable(environment) : []
  if (NODE_ENV === 'production' || EMBEDDED === false) {
    const missing = Object.entries(secrets).flatMap(([name, secret]) => (secret === undefined ? [name] : []))
    const where = NODE_ENV === 'production' ? 'in production' : 'with EMBEDDED=false'
    if (missing.length > 0) problems.push(`Missing setting: ${missing.join(' and ')} (there is no default ${where})`)
  }
  try {
    if (ACCESS_TOKEN_SECRETS !== undefined) parseTokenKeys(ACCESS_TOKEN_SECRETS)
  } catch (error) {
    problems.push((error as WrongSetting).message)
  }
  return problems
}

/** A secret with fewer different characters is not random. */
const leastCharacters = 8

function guessable({ ACCESS_TOKEN_SECRETS = '', CALLER_SECRET = '', MINIO_SECRET_KEY }: Environment): string[] {
  const problems: string[] = []
  if (CALLER_SECRET !== '' && ACCESS_TOKEN_SECRETS.includes(CALLER_SECRET)) {
    problems.push('Wrong setting: CALLER_SECRET must differ from the secrets in ACCESS_TOKEN_SECRETS')
  }
  for (const [name, secret] of Object.entries({ ACCESS_TOKEN_SECRETS, CALLER_SECRET })) {
    if (secret !== '' && new Set(secret).size < leastCharacters)
      problems.push(`Wrong setting: ${name} is easy to guess`)
  }
  if (MINIO_SECRET_KEY === 'minioadmin') {
    problems.push('Wrong setting: MINIO_SECRET_KEY is the published example')
  }
  return problems
}

interface StoredSecrets {
  readonly accessTokenSecrets: string
  readonly callerSecret: string
}

function storedSecrets(dataDir: string): StoredSecrets {
  const path = join(dataDir, 'secrets.json')
  try {
    mkdirSync(dataDir, { recursive: true })
    return readStored(path) ?? storeNew(path)
  } catch (error) {
    if (error instanceof WrongSetting) throw error
    throw new WrongSetting(`${path} cannot be stored: ${(error as Error).message}. Fix this, or set DATA_DIR.`, {
      cause: error,
    })
  }
}

/** Writes and flushes the file under another name first, so that nobody reads a part of it, even after a crash. */
function storeNew(path: string): StoredSecrets {
  const fresh: StoredSecrets = { accessTokenSecrets: `local:${random()}`, callerSecret: random() }
  const unfinished = `${path}.${process.pid}.${random()}`
  try {
    writeFileSync(unfinished, JSON.stringify(fresh, null, 2), { mode: 0o600, flag: 'wx', flush: true })
    // Creating a hard link fails if the file exists: of two processes that start at once one wins, and both read its file.
    linkSync(unfinished, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(unfinished, { force: true })
  }
  return readStored(path) ?? fresh
}

const storedForm = z.object({ accessTokenSecrets: z.string(), callerSecret: z.string().min(32) })

/** Undefined when the file does not exist. */
function readStored(path: string): StoredSecrets | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const stored = storedForm.parse(JSON.parse(text))
    parseTokenKeys(stored.accessTokenSecrets)
    return stored
  } catch (error) {
    throw new WrongSetting(
      `${path} is damaged. Restore it from a backup, or delete it: new secrets are then generated, and all users have to sign in again.`,
      { cause: error },
    )
  }
}

function random(): string {
  return randomBytes(32).toString('base64url')
}
