import type { Operations } from './operations.generated.ts'
import type { Parameters } from './parameters.ts'
import type { View } from './view/view.ts'

/** One route of the contract: what its parameters ask the graph, and how the answer becomes a payload. */
export type Endpoint = QuestionEndpoint | UploadEndpoint | ViewEndpoint

/** A route that is one operation. */
export interface QuestionEndpoint extends Route {
  /** @throws BadUserInput */
  readonly ask: (parameters: Parameters, now: number) => Question
}

/** A route that takes a file, which stands in the object store when the graph is asked. */
export interface UploadEndpoint extends Route {
  /** @throws BadUserInput */
  readonly askAbout: (uploadId: string, parameters: Parameters) => Question
}

/** A route that shows people or videos, as everybody sees them, with the flags of its viewer. */
export interface ViewEndpoint extends Route {
  /** @throws PublicError */
  readonly show: (parameters: Parameters, view: View, now: number) => Promise<Payload>
}

interface Route {
  readonly method: 'GET' | 'POST'
  /** Without the trailing slash; the route is served with and without. */
  readonly path: string
  readonly token: TokenRule
  /** What a failure carries beside the envelope. */
  readonly neutral: (parameters: Parameters, now: number) => Payload
}

/** What a route does with a token; where it is optional, an invalid one counts as none. */
export type TokenRule = 'required' | 'optional' | 'ignored'

/** What an answer carries beside the envelope; values may be `JsonText`. */
export type Payload = Readonly<Record<string, unknown>>

/** An operation with its variables, and what makes a payload of its data. `now` is in milliseconds. */
export type Question = {
  readonly [Name in keyof Operations]: {
    readonly operation: Name
    readonly variables: Operations[Name]['variables']
    /** @throws PublicError when the data is not what the client asked for. */
    readonly present: (data: Operations[Name]['data'], now: number) => Payload
  }
}[keyof Operations]
