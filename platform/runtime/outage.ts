/** Node's error codes for an unreachable address. */
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

/** SQLSTATE classes for connections (08), resources (53) and operator intervention (57), such as a restart. */
const sqlStates = /^(08|53|57)[0-9A-Z]{3}$/
/** The SQLSTATEs among them that end a connection or prevent it: too many connections, shutdown, crash, startup. */
const lostStates = /^(08[0-9A-Z]{3}|53300|57P0[1-3])$/

/** Node's error codes for a full disk or too many open files. */
const roomCodes = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE'])

/** Messages without a code that the Postgres driver uses for a lost connection. */
const lostMessages = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
])
/** The driver's message when all connections are in use. */
const exhausted = 'timeout exceeded when trying to connect'

/** Whether an error means that a dependency is down, full or overloaded: the same call may succeed later. */
export function isOutage(error: unknown): boolean {
  if (isLostConnection(error) || isOutOfRoom(error)) return true
  return error instanceof Error && (hasState(error, sqlStates) || error.message === exhausted)
}

/** Whether an error means that a disk is full or that this process cannot open more files. */
export function isOutOfRoom(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return error instanceof Error && typeof code === 'string' && roomCodes.has(code)
}

/** Whether an error means that a connection was lost or could not be opened: the same call may succeed on another one. */
export function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  if (typeof code === 'string' && networkCodes.has(code)) return true
  return hasState(error, lostStates) || lostMessages.has(error.message)
}

function hasState(error: Error, states: RegExp): boolean {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && states.test(code)
}
