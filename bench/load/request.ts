/** One HTTP request. */
export interface Request {
  /** What it is counted under in a mix of several kinds. */
  readonly kind: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** What a good answer contains, and a refusal does not. */
  readonly expected: string
}

/** A hot route under load: each request is the next of an endless series. */
export interface Route {
  readonly name: string
  readonly door: 'rest' | 'graphql'
  /** The n-th request, counted from 0; the same for the same n. */
  readonly request: (n: number) => Request
  /** Looks into one answer before the load, so that nothing wrong is found fast. @throws Error saying what is missing. */
  readonly inspect?: (answer: unknown) => void
  /** The name of the route that shows the same over REST. */
  readonly sameAs?: string
  /** Where more connections would only wait. */
  readonly connections?: number
  /** What goes on at the same time, counted apart. */
  readonly beside?: Route
}

const accepted = '"status_code":0'

/** A call of the REST contract without a body. */
export function call(kind: string, method: 'GET' | 'POST', path: string): Request {
  return { kind, method, path, headers: {}, expected: accepted }
}

/** A call of the REST contract that carries a form. */
export function sendForm(kind: string, path: string, boundary: string, body: Buffer): Request {
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
  return { kind, method: 'POST', path, headers, body, expected: accepted }
}

/** A GraphQL operation of somebody who is signed in. */
export function operate(kind: string, path: string, token: string, operation: object): Request {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const body = Buffer.from(JSON.stringify(operation))
  // A result with errors begins with them (GraphQL specification, §7.1).
  return { kind, method: 'POST', path, headers, body, expected: '\r\n\r\n{"data":{' }
}
