/** Node's codes for an address that nobody answers at. */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** SQLSTATE classes of connections (08), resources (53) and an operator's intervention (57), such as a restart. */
const sqlStates = /^(08|53|57)[0-9A-Z]{3}$/

/** What the Postgres driver says without a code. */
const driverMessages = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
])

/** Whether an error means that a service this process needs is away or overloaded: the same call may succeed later. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  if (typeof code === 'string' && (networkCodes.has(code) || sqlStates.test(code))) return true
  return driverMessages.has(error.message)
}
