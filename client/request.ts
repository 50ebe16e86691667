import type { Operations } from './operations.generated.ts'

/** The operations that are requested, by name; events come as a stream. */
export type OperationName = Exclude<keyof Operations, 'Events'>

/**
 * Requests one of the operations in `client/operations`.
 *
 * @throws ClientError when any part of it failed.
 */
export type Request = <Name extends OperationName>(
  name: Name,
  variables: Operations[Name]['variables'],
  signal?: AbortSignal,
) => Promise<Operations[Name]['data']>
