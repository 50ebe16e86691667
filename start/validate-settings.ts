import { accessSync, constants } from 'node:fs'
import { readSettings, WrongSetting, type Environment } from '../platform/runtime/environment.ts'
import { databaseSetting, scheduling, subgraphNames, subgraphs, urlSetting } from '../subgraphs/registry.ts'
import { accountCommands } from './account-commands.ts'
import { problemsOfSecrets } from './secrets.ts'

type Needed = keyof Environment

const store = ['MINIO_ENDPOINT', 'MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY'] as const

/** The settings that a part requires. */
const needs: Readonly<Record<string, readonly Needed[]>> = {
  ...Object.fromEntries(subgraphNames.map((name) => [name, ['DATABASE_URL' as const, ...subgraphs[name].needs]])),
  worker: ['DATABASE_URL', ...store],
  gateway: [...subgraphNames.map(urlSetting), 'REDIS_URL', 'MINIO_ENDPOINT'],
  'rest-adapter': ['GATEWAY_URL', 'MINIO_ENDPOINT'],
  sweep: ['DATABASE_URL', ...store],
}

const withoutSecrets = ['worker', 'migrate', 'sweep', 'recount', 'retranscode', 'build-web', ...accountCommands]
const files = ['SENSITIVE_WORDS_FILE', 'WATERMARK_FONT'] as const
const ports = ['REST_PORT', 'GRAPHQL_PORT', 'OBJECT_STORE_PORT'] as const

/**
 * Validates all settings before anything starts.
 *
 * @param part what is to be started; `all` for everything.
 * @throws WrongSetting with everything that is missing or invalid, in one line.
 */
export function validateSettings(part: string, variables?: NodeJS.ProcessEnv): void {
  const { environment, problems: wrong } = readSettings(variables)
  const problems = [...wrong]
  const missing = missingSettings(part, environment)
  if (missing.length > 0) problems.push(lacks(part, missing))
  if (!withoutSecrets.includes(part)) problems.push(...problemsOfSecrets(environment))
  for (const name of files) problems.push(...unreadable(name, environment[name]))
  if (part === 'all') problems.push(...samePorts(environment))
  if (problems.length > 0) throw new WrongSetting(problems.join('; '))
}

function missingSettings(part: string, environment: Environment): readonly Needed[] {
  const { NODE_ENV, EMBEDDED = NODE_ENV !== 'production', MINIO_ENDPOINT } = environment
  // The keys of an external store are always required.
  const ofAll: readonly Needed[] = EMBEDDED
    ? MINIO_ENDPOINT === undefined
      ? []
      : store
    : ['DATABASE_URL', 'REDIS_URL', ...store]
  return (part === 'all' ? ofAll : (needs[part] ?? [])).filter(
    (name) => environment[name] === undefined && !(name === 'DATABASE_URL' && hasOwnLogin(part, environment)),
  )
}

/** Whether a part reaches all of its data by logins of their owners. */
function hasOwnLogin(part: string, environment: Environment): boolean {
  const used = part === 'worker' ? scheduling : subgraphNames.filter((name) => name === part)
  return used.length > 0 && used.every((owner) => environment[databaseSetting(owner)] !== undefined)
}

function lacks(part: string, missing: readonly Needed[]): string {
  const list = new Intl.ListFormat('en').format(missing)
  const reason =
    part === 'all'
      ? 'this process may not start services of its own, unless EMBEDDED=true'
      : `${missing.length === 1 ? 'is' : 'are'} needed by this process`
  return part === 'all' ? `Missing setting: ${list} (${reason})` : `Missing setting: ${list} ${reason}`
}

function unreadable(name: string, path: string | undefined): string[] {
  if (path === undefined) return []
  try {
    accessSync(path, constants.R_OK)
    return []
  } catch (error) {
    return [`Wrong setting: ${name} names ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code})`]
  }
}

function samePorts(environment: Environment): string[] {
  const given = ports.map((name) => [name, environment[name]] as const)
  return given.flatMap(([name, port], index) =>
    given
      .slice(index + 1)
      .filter(([, other]) => port !== undefined && port !== 0 && other === port)
      .map(([other]) => `Wrong setting: ${name} and ${other} are both ${port}`),
  )
}
