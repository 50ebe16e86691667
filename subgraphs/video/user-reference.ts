/** A person of whom this subgraph knows the id. */
export interface UserReference {
  readonly __typename: 'User'
  readonly id: string
  /** Null where nobody asks for it, an Error when it could not be read. */
  readonly workCount: number | Error | null
}
