import { WrongSetting, type Environment } from '../platform/runtime/environment.ts'
import { CannotStart } from './running.ts'

/** The settings that name another server. */
const addresses = [
  'DATABASE_URL',
  'USER_DATABASE_URL',
  'VIDEO_DATABASE_URL',
  'SOCIAL_DATABASE_URL',
  'CHAT_DATABASE_URL',
  'REDIS_URL',
  'MINIO_ENDPOINT',
  'GATEWAY_URL',
  'USER_SUBGRAPH_URL',
  'VIDEO_SUBGRAPH_URL',
  'SOCIAL_SUBGRAPH_URL',
  'CHAT_SUBGRAPH_URL',
] as const

/** Ports that an address need not name. */
const usualPorts: Readonly<Record<string, string>> = {
  'postgres:': '5432',
  'postgresql:': '5432',
  'redis:': '6379',
  'rediss:': '6379',
  'http:': '80',
  'https:': '443',
}

/**
 * The line for the person who started a process, when the reason is theirs to mend: which setting, and what the other side
 * said. Undefined for a mistake of ours.
 */
export function reasonToStop(error: unknown, environment?: Environment): string | undefined {
  if (error instanceof CannotStart || error instanceof WrongSetting) return oneLine(error.message)
  if (error instanceof AggregateError) return reasonToStop(error.errors[0], environment)
  if (!(error instanceof Error)) return undefined
  return (
    networkReason(error, environment) ??
    databaseReason(error) ??
    storeReason(error) ??
    (error.cause === undefined ? undefined : reasonToStop(error.cause, environment))
  )
}

/** What Node hangs on an error of a connection. */
interface NetworkError extends Error {
  readonly code?: string
  readonly address?: string
  readonly port?: number
  readonly hostname?: string
}

const unreachable = new Set(['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])
const untrusted = /^(DEPTH_ZERO_|SELF_SIGNED_|CERT_|UNABLE_TO_|ERR_TLS_|EPROTO)/

function networkReason(error: Error, environment: Environment | undefined): string | undefined {
  const { code = '', address, port, hostname } = error as NetworkError
  if (unreachable.has(code)) return naming(environment, address, port, `Nothing answers at ${address}:${port}.`)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return naming(environment, hostname, undefined, `There is no host ${hostname}.`)
  return untrusted.test(code) ? `The other side of a connection is not trusted: ${oneLine(error.message)}` : undefined
}

function naming(
  environment: Environment | undefined,
  host: string | undefined,
  port: number | undefined,
  reason: string,
): string {
  const setting = addresses.find((name) => {
    const url = URL.parse(environment?.[name] ?? '')
    if (!url) return false
    const isHost = [host, host === '127.0.0.1' || host === '::1' ? 'localhost' : host].includes(url.hostname)
    return isHost && (port === undefined || String(port) === (url.port || usualPorts[url.protocol]))
  })
  return setting === undefined ? reason : `${setting}: ${reason}`
}

/** What Postgres and its driver say. */
function databaseReason(error: Error): string | undefined {
  const { code = '', severity } = error as { code?: string; severity?: string }
  if (/SSL connections|SASL|connection timeout|Connection terminated/.test(error.message))
    return said('DATABASE_URL', error)
  if (severity === undefined) return undefined
  if (code === '42P01' || code === '3F000' || code === '42703')
    return `DATABASE_URL: the database lacks a migration (${oneLine(error.message)}): run npm start -- migrate.`
  // Authorization, no such database, rights, resources, shutdown.
  return /^(28|3D|42501|53|57|08)/.test(code) ? said('DATABASE_URL', error) : undefined
}

/** Which setting is wrong when the store says so. To a request without an answer's body it says less. */
const storeSettings: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'MINIO_ACCESS_KEY',
  SignatureDoesNotMatch: 'MINIO_SECRET_KEY',
  AccessDenied: 'MINIO_ACCESS_KEY or MINIO_SECRET_KEY',
}

function storeReason(error: Error): string | undefined {
  if (error.constructor.name !== 'S3Error') return undefined
  const { code } = error as { code?: string }
  return said(storeSettings[code ?? ''] ?? 'MINIO_ENDPOINT', error, code)
}

function said(setting: string, error: Error, code?: string): string {
  const message = oneLine(error.message) || 'nothing'
  return `${setting}: the other side said: ${code === undefined || message.includes(code) ? '' : `${code}: `}${message}`
}

function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim()
}
