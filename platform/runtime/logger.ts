import { pino, type Logger as PinoLogger } from 'pino'

export type Logger = PinoLogger

/** The fields of an error that are logged. Other properties (a client with its password, a request, a row) are left out. */
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
/** How many nested causes, and how many errors of an aggregate, are logged. */
const deepest = 4
const maxErrors = 4

/** A JSON-lines logger on standard error, so that what a process prints for users on standard output stays readable. */
export function createLogger(level: string, name: string): Logger {
  return pino(
    { level, name, base: { pid: process.pid }, serializers: { err: loggedError } },
    pino.destination({ dest: 2, sync: true }),
  )
}

/** An error as it may be logged. Libraries attach connections and settings to errors, so only listed fields are logged. */
export function loggedError(thrown: unknown): LoggedError {
  return describe(thrown, deepest)
}

function describe(thrown: unknown, depth: number): LoggedError {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: primitive(thrown) }
  const { code } = thrown as { code?: unknown }
  const showsCauses = depth > 0
  return {
    type: thrown.constructor.name,
    message: cut(thrown.message, longestMessage),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof thrown.stack === 'string' && { stack: cut(thrown.stack, longestStack) }),
    ...(showsCauses && thrown.cause !== undefined && { cause: describe(thrown.cause, depth - 1) }),
    ...(showsCauses &&
      thrown instanceof AggregateError && {
        errors: thrown.errors.slice(0, maxErrors).map((error) => describe(error, depth - 1)),
      }),
  }
}

/** What was thrown instead of an error. Objects are not logged, since their fields may contain anything. */
function primitive(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null) return 'a thrown object that is not an Error'
  return cut(typeof thrown === 'function' ? 'a thrown function' : String(thrown), longestMessage)
}

function cut(text: unknown, length: number): string {
  const whole = String(text)
  return whole.length > length ? `${whole.slice(0, length)}…` : whole
}
