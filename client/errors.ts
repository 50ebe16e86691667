/** An error as the graph answers it. */
export interface GraphError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: { readonly code?: string; readonly retryAfter?: number }
}

/** What went wrong with an operation or an upload; the message is for users, in the language of the client. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  /** The code of the graph, such as `BAD_USER_INPUT`; `OFFLINE` when nothing answered, `ABORTED` when the caller gave up. */
  readonly code: string
  readonly errors: readonly GraphError[]

  constructor(code: string, message: string, errors: readonly GraphError[] = [], options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.errors = errors
  }
}

/** @param errors at least one. */
export function clientErrorOf(errors: readonly GraphError[]): ClientError {
  const [first] = errors
  return new ClientError(first?.extensions?.code ?? 'INTERNAL_SERVER_ERROR', first?.message ?? 'No answer.', errors)
}
