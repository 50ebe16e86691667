/** A server started for a machine that has none. Disposing stops it and waits until it has ended. */
export interface EmbeddedService extends AsyncDisposable {
  /** Where clients reach it, credentials included. */
  readonly url: string
  /** One line for the log: which program serves, and where. Contains no secret. */
  readonly source: string
  /** Resolves, with one line for the operator, when the server has died too often and will not be restarted. */
  readonly givenUp?: Promise<string>
}

/** Receives one line of text for the operator. */
export type Log = (line: string) => void
