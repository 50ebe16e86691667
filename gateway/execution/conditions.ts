import { Kind, type OperationDefinitionNode } from 'graphql'
import type { Selection } from './selections.ts'

/** The values of the variables in `@skip`, `@include` and the conditions of a plan. */
export type Decisions = ReadonlyMap<string, boolean>

/**
 * Reads those variables; null when one of them is not a Boolean.
 *
 * @param names the variables used in conditions.
 */
export function decisionsOf(
  names: readonly string[],
  defaults: Decisions,
  variables: Readonly<Record<string, unknown>>,
): Decisions | null {
  const decisions = new Map<string, boolean>()
  for (const name of names) {
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined
    const value = given === undefined ? defaults.get(name) : given
    if (typeof value !== 'boolean') return null
    decisions.set(name, value)
  }
  return decisions
}

/** The default values of Boolean variables. */
export function defaultDecisions({ variableDefinitions = [] }: OperationDefinitionNode): Decisions {
  const defaults = new Map<string, boolean>()
  for (const { variable, defaultValue } of variableDefinitions) {
    if (defaultValue?.kind === Kind.BOOLEAN) defaults.set(variable.name.value, defaultValue.value)
  }
  return defaults
}

/** Whether a selection is part of the answer. */
export function isKeptBy(decisions: Decisions): (selection: Selection) => boolean {
  return ({ conditions }) =>
    conditions !== 'never' && conditions.every(({ variable, kept }) => decisions.get(variable) === kept)
}
