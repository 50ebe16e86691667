import type { Call } from '../platform/call.ts'
import type { Operations } from './operations.generated.ts'
import type { Parameters } from './parameters.ts'

/** Whether a route needs a token; where it does not, an invalid one counts as none. */
export type TokenRule = 'required' | 'optional'

/** What a presenter may know of the call besides the operation's answer. */
export interface Presentation {
  readonly origin: string
  /** Now, in milliseconds. */
  readonly now: number
}

/**
 * One route of the contract: which GraphQL operation stands behind it, how its parameters become variables, and how the
 * answer becomes a payload.
 */
export interface Endpoint<Name extends keyof Operations> {
  readonly method: 'GET' | 'POST'
  /** Without the trailing slash; the route is served with and without. */
  readonly path: string
  readonly token: TokenRule
  /** The operation, or a choice between several by the parameters. */
  readonly operation: Name | ((parameters: Parameters) => Name)
  /** @throws BadUserInput */
  readonly variables: (parameters: Parameters, call: Call) => Operations[Name]['variables']
  readonly present: (data: Operations[Name]['data'], presentation: Presentation) => Payload
  /** What a failure carries beside the envelope. */
  readonly neutral: (presentation: Presentation) => Payload
}

export type Payload = Readonly<Record<string, unknown>>

/** Describes a route; only here for its types. */
export function defineEndpoint<Name extends keyof Operations>(endpoint: Endpoint<Name>): Endpoint<Name> {
  return endpoint
}
