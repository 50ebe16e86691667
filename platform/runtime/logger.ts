import { pino, type Logger as PinoLogger } from 'pino'

export type Logger = PinoLogger

/** What a log says of an error. Whatever else hangs on one (a client with its password, a request, a row) stays out. */
export interface LoggedError {
  readonly type: string
  readonly message: string
  readonly code?: string | number
  readonly stack?: string
  readonly cause?: LoggedError
  readonly errors?: readonly LoggedError[]
}

const longestMessage = 2_000
const longestStack = 8_000
/** How many causes of causes are told, and how many errors of an aggregate. */
const deepest = 4
const mostErrors = 4

/** A JSON-lines logger on standard error, so that what a process prints for people stays readable. */
export function createLogger(level: string, name: string): Logger {
  return pino(
    { level, name, base: { pid: process.pid }, serializers: { err: loggedError } },
    pino.destination({ dest: 2, sync: true }),
  )
}

/** An error as it may be logged. Libraries hang connections and their settings on errors: only this list of fields passes. */
export function loggedError(thrown: unknown): LoggedError {
  return describe(thrown, deepest)
}

function describe(thrown: unknown, depth: number): LoggedError {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: primitive(thrown) }
  const { code } = thrown as { code?: unknown }
  const told = depth > 0
  return {
    type: thrown.constructor.name,
    message: cut(thrown.message, longestMessage),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof thrown.stack === 'string' && { stack: cut(thrown.stack, longestStack) }),
    ...(told && thrown.cause !== undefined && { cause: describe(thrown.cause, depth - 1) }),
    ...(told &&
      thrown instanceof AggregateError && {
        errors: thrown.errors.slice(0, mostErrors).map((error) => describe(error, depth - 1)),
      }),
  }
}

/** What was thrown instead of an error: an object says nothing of itself, since its fields may be anything. */
function primitive(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null) return 'an object that is no error was thrown'
  return cut(typeof thrown === 'function' ? 'a function was thrown' : String(thrown), longestMessage)
}

function cut(text: unknown, length: number): string {
  const whole = String(text)
  return whole.length > length ? `${whole.slice(0, length)}…` : whole
}
