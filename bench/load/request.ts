/** One HTTP request. */
export interface Request {
  /** The key of its statistics in a mix of several kinds. */
  readonly kind: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** A text that good answers contain and errors do not. */
  readonly expected: string
}

/** A hot route under load: an endless series of requests. */
export interface Route {
  readonly name: string
  readonly door: 'rest' | 'graphql'
  /** The n-th request, counted from 0; deterministic. */
  readonly request: (n: number) => Request
  /** Checks one answer before the load, so that wrong answers are not measured. @throws Error that says what is missing. */
  readonly inspect?: (answer: unknown) => void
  /** The name of the REST route with the same content. */
  readonly sameAs?: string
  /** For routes where more connections would only wait. */
  readonly connections?: number
  /** Other load at the same time, counted separately. */
  readonly beside?: Route
}

const accepted = '"status_code":0'

/** A call of the REST contract without a body. */
export function call(kind: string, method: 'GET' | 'POST', path: string): Request {
  return { kind, method, path, headers: {}, expected: accepted }
}

/** A call of the REST contract with a form. */
export function sendForm(kind: string, path: string, boundary: string, body: Buffer): Request {
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
  return { kind, method: 'POST', path, headers, body, expected: accepted }
}

/** A GraphQL operation of a signed-in user. */
export function operate(kind: string, path: string, token: string, operation: object): Request {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const body = Buffer.from(JSON.stringify(operation))
  // A result with errors begins with them (GraphQL specification, §7.1).
  return { kind, method: 'POST', path, headers, body, expected: '\r\n\r\n{"data":{' }
}
