import {
  Kind,
  OperationTypeNode,
  print,
  visit,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type NameNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql'
import { isLeftOut } from '../operation/admission/cost.ts'
import type { Event } from './event.ts'
import { eventTypes, type EventId, type GraphField } from './event-fields.ts'

type Variables = Readonly<Record<string, unknown>>

/** How an event of one type is shown to who subscribed with an operation. */
export interface EventQuery {
  /** The query that asks the graph for it, the same for each event; null when the event itself says everything. */
  readonly text: string | null
  variablesFor(event: Event): Variables
  /** The event as the client selected it, out of the query's data; null when the viewer is shown nothing of it. */
  assemble(event: Event, cursor: string, data: Variables): Variables | null
}

/**
 * Rewrites the selection of `events` into a query on root fields of the graph: it goes through whatever a query of the client
 * goes through. Aliases, fragments, conditions and variables stay as they are.
 *
 * @param variables of the subscription, coerced: they decide its conditions.
 */
export function createEventQuery(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  given: Variables,
  typeName: string,
): EventQuery {
  const type = eventTypes[typeName] ?? { fields: {} }
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  const selected = new Map<string, FieldNode[]>()

  function collect({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (isLeftOut(selection, variables)) continue
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value
        selected.set(key, [...(selected.get(key) ?? []), selection])
        continue
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
      const condition = fragment?.typeCondition?.name.value
      const applies = condition === undefined || condition === typeName || condition === 'Event'
      if (fragment && applies) collect(fragment.selectionSet)
    }
  }

  for (const field of rootFields(operation, fragments, variables)) if (field.selectionSet) collect(field.selectionSet)

  const names = new Set((operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value))
  const idVariables: Record<EventId, string> = {
    subjectId: freeName('eventSubject', names),
    otherId: freeName('eventOther', names),
  }
  const decisiveAlias = freeName('decisive', selected)
  const asked: FieldNode[] = []
  for (const [key, nodes] of selected) {
    const source = type.fields[nodes[0]?.name.value ?? '']
    if (source?.from !== 'graph') continue
    asked.push(graphField(key, source, idVariables, source.leaf === undefined ? mergedSelections(nodes) : undefined))
  }
  if (type.decisive) asked.push(graphField(decisiveAlias, type.decisive, idVariables, idOnly(type.decisive)))
  const text = asked.length === 0 ? null : queryText(asked, operation, fragments, idVariables)
  const used = text === null ? [] : [...names].filter((name) => text.includes(`$${name}`) && Object.hasOwn(given, name))

  return {
    text,
    variablesFor(event) {
      const own = Object.fromEntries(used.map((name) => [name, given[name]]))
      return { ...own, [idVariables.subjectId]: event.subjectId, [idVariables.otherId]: event.otherId }
    },
    assemble(event, cursor, data) {
      if (type.decisive && valueOf(type.decisive, data[decisiveAlias]) == null) return null
      // Without a prototype, in which an alias could be the name of something else.
      const shown = Object.create(null) as Record<string, unknown>
      for (const [key, [node]] of selected) {
        const name = node?.name.value ?? ''
        const source = type.fields[name]
        if (name === '__typename') shown[key] = typeName
        else if (name === 'id') shown[key] = event.id
        else if (name === 'cursor') shown[key] = cursor
        else if (source?.from === 'event') shown[key] = source.read(event)
        else if (source) {
          const value = valueOf(source, data[key])
          // No field of an event is null: without one of them the event is not shown.
          if (value == null) return null
          shown[key] = value
        }
      }
      return shown
    },
  }
}

/** The fields of the subscription itself: one, perhaps in several places. */
export function rootFields(
  { selectionSet }: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Variables,
): FieldNode[] {
  return selectionSet.selections.flatMap((selection) => {
    if (isLeftOut(selection, variables)) return []
    if (selection.kind === Kind.FIELD) return [selection]
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
    return inner
      ? rootFields({ selectionSet: inner.selectionSet } as OperationDefinitionNode, fragments, variables)
      : []
  })
}

function valueOf({ leaf }: GraphField, value: unknown): unknown {
  return leaf === undefined ? value : (value as Variables | null | undefined)?.[leaf]
}

function mergedSelections(nodes: readonly FieldNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: nodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? []) }
}

function idOnly({ leaf = 'id' }: GraphField): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: [{ kind: Kind.FIELD, name: named(leaf) }] }
}

function graphField(
  key: string,
  source: GraphField,
  idVariables: Readonly<Record<EventId, string>>,
  selectionSet: SelectionSetNode = idOnly(source),
): FieldNode {
  const { argument } = source
  const given: ArgumentNode[] = argument
    ? [
        {
          kind: Kind.ARGUMENT,
          name: named(argument.name),
          value: { kind: Kind.VARIABLE, name: named(idVariables[argument.id]) },
        },
      ]
    : []
  return { kind: Kind.FIELD, alias: named(key), name: named(source.field), arguments: given, selectionSet }
}

function queryText(
  selections: readonly SelectionNode[],
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  idVariables: Readonly<Record<EventId, string>>,
): string {
  const usedFragments = new Map<string, FragmentDefinitionNode>()
  const usedVariables = new Set<string>()
  const look = (node: SelectionSetNode): void => {
    visit(node, {
      Variable: ({ name }) => void usedVariables.add(name.value),
      FragmentSpread({ name: { value } }) {
        const fragment = fragments.get(value)
        if (!fragment || usedFragments.has(value)) return
        usedFragments.set(value, fragment)
        look(fragment.selectionSet)
        for (const { arguments: given = [] } of fragment.directives ?? []) {
          for (const { value: each } of given) if (each.kind === Kind.VARIABLE) usedVariables.add(each.name.value)
        }
      },
    })
  }
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections }
  look(selectionSet)
  const ids = Object.values(idVariables).filter((name) => usedVariables.has(name))
  const variableDefinitions: VariableDefinitionNode[] = [
    ...(operation.variableDefinitions ?? []).filter(({ variable }) => usedVariables.has(variable.name.value)),
    ...ids.map((name): VariableDefinitionNode => ({
      kind: Kind.VARIABLE_DEFINITION,
      variable: { kind: Kind.VARIABLE, name: named(name) },
      type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: named('ID') } },
    })),
  ]
  return print({
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        name: named('Event'),
        variableDefinitions,
        selectionSet,
      },
      ...usedFragments.values(),
    ],
  })
}

function freeName(wanted: string, taken: { has(name: string): boolean }): string {
  return taken.has(wanted) ? freeName(`${wanted}_`, taken) : wanted
}

function named(value: string): NameNode {
  return { kind: Kind.NAME, value }
}
