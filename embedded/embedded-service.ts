/** A server started for a machine that has none. Disposing stops it and resolves when it is gone. */
export interface EmbeddedService extends AsyncDisposable {
  /** Where clients reach it, credentials included. */
  readonly url: string
  /** One line for the log: which program serves, and where. Holds no secret. */
  readonly source: string
  /** Resolves, with one line for the operator, when it died so often that it is not started again. */
  readonly givenUp?: Promise<string>
}

/** Receives one line of text for the operator. */
export type Log = (line: string) => void
