import type { TypedDocumentNode } from '@apollo/client'
import { parse } from 'graphql'
import { operations, type Operations } from '../../../client/operations.generated.ts'

export type Name = keyof Operations
export type Data<Operation extends Name> = Operations[Operation]['data']
export type Variables<Operation extends Name> = Operations[Operation]['variables']
type Document<Operation extends Name> = TypedDocumentNode<Data<Operation>, Variables<Operation>>

const parsed = new Map<string, unknown>()

/** One of the operations in `client/operations`, for the cache; parsed on first use. */
export function operation<Operation extends Name>(name: Operation): Document<Operation> {
  const known = parsed.get(name) ?? parse(operations[name].text, { noLocation: true })
  parsed.set(name, known)
  return known as Document<Operation>
}
