import type { Operations } from './operations.generated.ts'
import type { Parameters } from './parameters.ts'

/** A route of the contract: the operation for its parameters, and how the result becomes a payload. */
export type Endpoint = GraphEndpoint | UploadEndpoint

/** A route with one operation. */
export interface GraphEndpoint<Body extends Payload = Payload> extends Route<Body> {
  readonly kind: 'question'
  /** @throws BadUserInput */
  readonly requestFor: (parameters: Parameters, now: number) => GraphRequest<Body>
}

/** A route with a file, which is in the object store when the operation is executed. */
export interface UploadEndpoint<Body extends Payload = Payload> extends Route<Body> {
  readonly kind: 'upload'
  /** @throws BadUserInput */
  readonly requestForUpload: (uploadId: string, parameters: Parameters) => GraphRequest<Body>
}

interface Route<Body extends Payload> {
  readonly method: 'GET' | 'POST'
  /** Without the trailing slash; the route is served with and without. */
  readonly path: string
  readonly token: TokenRule
  /** The payload of a failure, besides the envelope. */
  readonly failurePayload: (parameters: Parameters, now: number) => Body
}

/** How a route uses the token; where it is optional, an invalid one counts as none. */
export type TokenRule = 'required' | 'optional' | 'ignored'

/** The payload of an answer, besides the envelope. */
export type Payload = object

/** An operation with its variables, and the presenter of its data. `now` is in milliseconds. */
export type GraphRequest<Body extends Payload = Payload> = {
  readonly [Name in keyof Operations]: {
    readonly operation: Name
    readonly variables: Operations[Name]['variables']
    /** @throws PublicError when the data is not what the client requested. */
    readonly present: (data: Operations[Name]['data'], now: number) => Body
  }
}[keyof Operations]
