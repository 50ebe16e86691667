/** A user of whom this subgraph only knows the id. */
export interface UserReference {
  readonly __typename: 'User'
  readonly id: string
  /** Null when it is not selected, an Error when it could not be read. */
  readonly workCount: number | Error | null
}
