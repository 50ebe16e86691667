import { isIP } from 'node:net'
import { z } from 'zod'

const text = z.string().trim().min(1)
const url = z.url({ protocol: /^(https?|rediss?|postgres(ql)?)$/ })
const port = z.coerce.number().int().min(0).max(65_535)
const positive = z.coerce.number().int().positive()
/** 0 means none at all, or no limit. */
const orZero = z.coerce.number().int().min(0)
const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1')
const list = z.string().transform((value) => value.split(',').map((entry) => entry.trim()))

/** Ranges of private addresses, by the names that proxy-addr gives them. */
const namedRanges = ['loopback', 'linklocal', 'uniquelocal']
const proxies = z
  .literal(['false', '0'])
  .transform((): readonly string[] => [])
  .or(
    list.refine((entries) => entries.every((entry) => namedRanges.includes(entry) || isRange(entry)), {
      message: `must be false, or name the proxies: addresses, ranges (10.0.0.0/8) or ${namedRanges.join(', ')}`,
    }),
  )
const origins = z.literal(['any', 'none']).or(
  list.refine((entries) => entries.every((entry) => URL.canParse(entry) && new URL(entry).origin === entry), {
    message: 'must be any, none, or origins such as https://example.org, separated by commas',
  }),
)

const settings = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
  HOST: text.default('0.0.0.0'),
  REST_PORT: port.optional(),
  GRAPHQL_PORT: port.optional(),
  SUBGRAPH_PORT: port.default(4001),
  OBJECT_STORE_PORT: port.optional(),
  METRICS_PORT: port.optional(),
  METRICS_HOST: text.default('127.0.0.1'),
  PROCESSES: positive.max(16).default(1),
  DATA_DIR: text.default('.data'),
  EMBEDDED: flag.optional(),
  SEED: flag.optional(),

  DATABASE_URL: url.optional(),
  USER_DATABASE_URL: url.optional(),
  VIDEO_DATABASE_URL: url.optional(),
  SOCIAL_DATABASE_URL: url.optional(),
  CHAT_DATABASE_URL: url.optional(),
  DATABASE_POOL_SIZE: positive.default(8),
  REDIS_URL: url.optional(),
  REDIS_PREFIX: z.string().default(''),
  MINIO_ENDPOINT: url.optional(),
  MINIO_ACCESS_KEY: text.optional(),
  MINIO_SECRET_KEY: text.optional(),
  MINIO_PUBLIC_URL: url.optional(),

  FFMPEG_PATH: text.optional(),
  FFPROBE_PATH: text.optional(),
  TRANSCODE_CONCURRENCY: z.coerce.number().int().min(0).max(16).default(1),
  WATERMARK_FONT: text.optional(),

  USER_SUBGRAPH_URL: url.optional(),
  VIDEO_SUBGRAPH_URL: url.optional(),
  SOCIAL_SUBGRAPH_URL: url.optional(),
  CHAT_SUBGRAPH_URL: url.optional(),
  GATEWAY_URL: url.optional(),
  GATEWAY_EXECUTOR: z.enum(['compiled', 'stock']).default('compiled'),

  PUBLIC_URL: url.optional(),
  TRUST_PROXY: proxies.default([]),
  CORS_ORIGINS: origins.optional(),
  LANDING_PAGE: flag.optional(),
  WEB_CLIENT: flag.default(true),

  ACCESS_TOKEN_SECRETS: text.optional(),
  CALLER_SECRET: text.min(32, 'must have at least 32 characters').optional(),
  SESSION_DAYS: positive.default(30),
  LOGIN_FAILURES: positive.default(10),
  LOGIN_FAILURE_WINDOW_SECONDS: positive.default(3_600),
  LOGIN_LONGEST_PAUSE_SECONDS: positive.default(300),
  REGISTRATIONS_PER_HOUR: orZero.default(500),

  READS_PER_MINUTE: orZero.default(3_000),
  SEARCHES_PER_MINUTE: orZero.default(60),
  WRITES_PER_MINUTE: orZero.default(600),
  TEXTS_PER_MINUTE: orZero.default(120),
  UPLOADS_PER_MINUTE: orZero.default(60),
  SIGN_INS_PER_MINUTE: orZero.default(60),
  PEOPLE_PER_ADDRESS: orZero.default(20),
  UPLOADS_AT_ONCE: orZero.default(64),
  UPLOADS_AT_ONCE_PER_ADDRESS: orZero.default(16),
  SHED_LOAD_AFTER_MS: orZero.default(1_000),

  REST_FEED: z.enum(['latest', 'recommended']).default('latest'),
  RECOMMENDER_URL: url.optional(),
  RECOMMENDER_KEY: text.optional(),
  SENSITIVE_WORDS_FILE: text.optional(),
  CHAT_FRIENDS_ONLY: flag.default(false),
  MAX_UPLOAD_BYTES: positive.max(2_147_483_647).default(128 * 1024 * 1024),
  MAX_VIDEO_SECONDS: positive.default(600),
  MAX_VIDEO_SIDE: positive.default(4096),
  MAX_UPLOADS_PER_DAY: positive.default(500),
  REMOVAL_GRACE_SECONDS: orZero.default(3_600),
})

/** The names of all settings. */
export const settingNames: readonly string[] = Object.keys(settings.shape)

/** Every setting of every process, validated and typed; `.env.example` explains each. */
export type Environment = Readonly<z.output<typeof settings>>

/** A missing or invalid setting; the message is one line for the operator. */
export class WrongSetting extends Error {}

/**
 * Reads the settings of this process. Empty variables count as absent.
 *
 * @throws WrongSetting naming each invalid variable.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const { environment, problems } = readSettings(variables)
  if (problems.length > 0) throw new WrongSetting(problems.join('; '))
  return environment
}

export function isStartedByNpm(): boolean {
  return process.env['npm_lifecycle_event'] !== undefined
}

/** The valid settings, with invalid ones left out, and a message about the invalid ones. */
export function readSettings(variables: NodeJS.ProcessEnv = process.env): {
  readonly environment: Environment
  readonly problems: readonly string[]
} {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = settings.safeParse(given)
  if (parsed.success) return { environment: parsed.data, problems: [] }
  const { issues } = parsed.error
  const wrong = new Set(issues.map(({ path }) => String(path[0])))
  const right = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)))
  const problems = issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  return { environment: settings.parse(right), problems: [`Wrong setting: ${problems.join('; ')}`] }
}

/** An address, or a range of addresses (CIDR, RFC 4632). */
function isRange(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}
