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

/** Default ports of the protocols. */
const usualPorts: Readonly<Record<string, string>> = {
  'postgres:': '5432',
  'postgresql:': '5432',
  'redis:': '6379',
  'rediss:': '6379',
  'http:': '80',
  'https:': '443',
}

/**
 * One line for the operator when they can fix the problem: which setting, and what the other server said. Undefined for a bug
 * of ours.
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

/** The properties of Node's connection errors. */
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
    return naming(environment, hostname, undefined, `The host ${hostname} does not exist.`)
  return untrusted.test(code)
    ? `The certificate of the other server is not trusted: ${oneLine(error.message)}`
    : undefined
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

/** Errors of Postgres and its driver. */
function databaseReason(error: Error): string | undefined {
  const { code = '', severity } = error as { code?: string; severity?: string }
  if (/SSL connections|SASL|connection timeout|Connection terminated/.test(error.message))
    return said('DATABASE_URL', error)
  if (severity === undefined) return undefined
  if (code === '42P01' || code === '3F000' || code === '42703')
    return `DATABASE_URL: the database lacks a migration (${oneLine(error.message)}): run npm start -- migrate.`
  // Authorization, missing database, rights, resources, shutdown.
  return /^(28|3D|42501|53|57|08)/.test(code) ? said('DATABASE_URL', error) : undefined
}

/** Which setting the error code of a store points to. Answers without a body have a less specific code. */
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
  return `${setting}: the other server said: ${code === undefined || message.includes(code) ? '' : `${code}: `}${message}`
}

function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim()
}
