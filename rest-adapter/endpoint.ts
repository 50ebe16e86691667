import type { Operations } from './operations.generated.ts'
import type { Parameters } from './parameters.ts'

/** One route of the contract: what its parameters ask the graph, and how the answer becomes a payload. */
export type Endpoint = QuestionEndpoint | UploadEndpoint

/** A route that is one operation. */
export interface QuestionEndpoint<Body extends Payload = Payload> extends Route<Body> {
  readonly kind: 'question'
  /** @throws BadUserInput */
  readonly ask: (parameters: Parameters, now: number) => Question<Body>
}

/** A route that takes a file, which stands in the object store when the graph is asked. */
export interface UploadEndpoint<Body extends Payload = Payload> extends Route<Body> {
  readonly kind: 'upload'
  /** @throws BadUserInput */
  readonly askAbout: (uploadId: string, parameters: Parameters) => Question<Body>
}

interface Route<Body extends Payload> {
  readonly method: 'GET' | 'POST'
  /** Without the trailing slash; the route is served with and without. */
  readonly path: string
  readonly token: TokenRule
  /** What a failure carries beside the envelope. */
  readonly neutral: (parameters: Parameters, now: number) => Body
}

/** What a route does with a token; where it is optional, an invalid one counts as none. */
export type TokenRule = 'required' | 'optional' | 'ignored'

/** What an answer carries beside the envelope. */
export type Payload = object

/** An operation with its variables, and what makes a payload of its data. `now` is in milliseconds. */
export type Question<Body extends Payload = Payload> = {
  readonly [Name in keyof Operations]: {
    readonly operation: Name
    readonly variables: Operations[Name]['variables']
    /** @throws PublicError when the data is not what the client asked for. */
    readonly present: (data: Operations[Name]['data'], now: number) => Body
  }
}[keyof Operations]
