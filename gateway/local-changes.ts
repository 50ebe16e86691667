import { isObjectType, Kind, visit, type DocumentNode, type GraphQLSchema } from 'graphql'
import { isId } from '../platform/ids.ts'

/** What a mutation through this process changed, as far as its text and variables tell. */
export interface LocalChange {
  readonly viewerId: string
  /** The mutation fields in it. */
  readonly fields: ReadonlySet<string>
  /** Every id in its arguments. */
  readonly ids: ReadonlySet<string>
}

export type OnLocalChange = (change: LocalChange) => void

/** Tells what mutations change to whoever in this process keeps what was read before them. */
export interface LocalChanges {
  readonly listen: (listener: OnLocalChange) => void
  /** To be called when a mutation has ended, before its caller is answered. */
  readonly tell: (document: DocumentNode, variables: Readonly<Record<string, unknown>>, viewerId: string) => void
}

/** Opens the news of what changes through this process. */
export function createLocalChanges(schema: GraphQLSchema): LocalChanges {
  const listeners: OnLocalChange[] = []
  const mutationType = schema.getMutationType()
  const mutations = isObjectType(mutationType) ? mutationType.getFields() : {}
  const known = new WeakMap<DocumentNode, Pick<LocalChange, 'fields' | 'ids'>>()

  function partsOf(document: DocumentNode): Pick<LocalChange, 'fields' | 'ids'> {
    const read = known.get(document)
    if (read) return read
    const parts = { fields: new Set<string>(), ids: new Set<string>() }
    visit(document, {
      enter(node) {
        if (node.kind === Kind.FIELD && node.name.value in mutations) parts.fields.add(node.name.value)
        if ((node.kind === Kind.STRING || node.kind === Kind.INT) && isId(node.value)) parts.ids.add(node.value)
      },
    })
    known.set(document, parts)
    return parts
  }

  return {
    listen: (listener) => void listeners.push(listener),
    tell(document, variables, viewerId) {
      if (listeners.length === 0) return
      const { fields, ids } = partsOf(document)
      const change = { viewerId, fields, ids: new Set(ids) }
      collectIds(variables, change.ids)
      for (const listener of listeners) listener(change)
    },
  }
}

function collectIds(value: unknown, ids: Set<string>): void {
  if (typeof value === 'string' || typeof value === 'number') {
    if (isId(String(value))) ids.add(String(value))
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) collectIds(inner, ids)
  }
}
