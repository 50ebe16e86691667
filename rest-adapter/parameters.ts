import { BadUserInput } from '../platform/runtime/errors.ts'
import { idArgument } from '../platform/graphql/ids.ts'

/** The parameters of a call by name, from any part of the request. */
export type Parameters = ReadonlyMap<string, string>

/** Names and values in the order they were sent. */
export type ParameterSource = Iterable<readonly [name: string, value: string]>

/**
 * Merges parameters from several parts of a request, in order of precedence. If a name occurs twice in one part, the first
 * value counts; an empty value falls back to the next part.
 */
export function mergeParameters(...sources: readonly ParameterSource[]): Parameters {
  const merged = new Map<string, string>()
  for (const source of sources) {
    const seen = new Set<string>()
    for (const [name, value] of source) {
      if (seen.has(name)) continue
      seen.add(name)
      if (!merged.get(name)) merged.set(name, value)
    }
  }
  return merged
}

/** A text exactly as it was sent; empty when absent. */
export function textParameter(parameters: Parameters, name: string): string {
  return parameters.get(name) ?? ''
}

/**
 * A whole number below 2^53, in decimal or exponent form; null when absent.
 *
 * @throws BadUserInput for anything else.
 */
export function integerParameter(parameters: Parameters, name: string): number | null {
  const text = presentText(parameters, name)
  if (text === null) return null
  const value = numberOf(text)
  if (!Number.isSafeInteger(value)) {
    throw new BadUserInput({ en: `${name} must be a whole number.`, zh: `参数 ${name} 应为整数。` })
  }
  return value
}

/**
 * An id; null when absent or 0.
 *
 * @throws BadUserInput for anything else.
 */
export function optionalId(parameters: Parameters, name: string): string | null {
  const value = integerParameter(parameters, name)
  if (value === null || value === 0) return null
  return idArgument(String(value), { en: `${name} is not a valid id.`, zh: `参数 ${name} 不是有效的编号。` })
}

/**
 * A required id.
 *
 * @throws BadUserInput when it is absent or invalid.
 */
export function requiredId(parameters: Parameters, name: string): string {
  const id = optionalId(parameters, name)
  if (id === null) throw new BadUserInput({ en: `${name} is missing.`, zh: `缺少参数 ${name}。` })
  return id
}

/**
 * The action selected by `action_type`.
 *
 * @throws BadUserInput when it selects none.
 */
export function chosenAction<Action>(parameters: Parameters, actions: Readonly<Record<number, Action>>): Action {
  const action = actions[integerParameter(parameters, 'action_type') ?? NaN]
  if (action === undefined) {
    const choices = Object.keys(actions)
    throw new BadUserInput({
      en: `action_type must be ${choices.join(' or ')}.`,
      zh: `参数 action_type 应为 ${choices.join(' 或 ')}。`,
    })
  }
  return action
}

/** Larger numbers are milliseconds, smaller ones seconds: 1e11 ms is 1973, and 1e11 s the year 5138. */
const leastMilliseconds = 1e11

/**
 * A time cursor in milliseconds, from seconds or milliseconds; the future counts as now. Null when it is absent, not positive
 * or not a number.
 */
export function timestampParameter(parameters: Parameters, name: string, now: number): number | null {
  const value = lenientNumber(parameters, name)
  if (!(value > 0)) return null
  return Math.min(Math.floor(value > leastMilliseconds ? value : value * 1000), now)
}

/** A decimal number; NaN when it is absent or anything else. */
export function lenientNumber(parameters: Parameters, name: string): number {
  return numberOf(presentText(parameters, name) ?? '')
}

/** What clients send when they have no value. */
const absent = ['', 'null', 'undefined']

function presentText(parameters: Parameters, name: string): string | null {
  const text = (parameters.get(name) ?? '').trim()
  return absent.includes(text) ? null : text
}

/** A decimal number; NaN for any other text. A blank in the exponent is an unescaped plus sign. */
function numberOf(text: string): number {
  return /^[+-]?\d+(\.\d+)?(e[+ -]?\d+)?$/i.test(text) ? Number(text.replace(/e /i, 'e+')) : NaN
}
