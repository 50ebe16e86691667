import { BadUserInput } from '../platform/runtime/errors.ts'
import { idArgument } from '../platform/graphql/ids.ts'

/** The parameters of a call by name, wherever they stood in the request. */
export type Parameters = ReadonlyMap<string, string>

/** Names and values in the order in which they were sent. */
export type ParameterSource = Iterable<readonly [name: string, value: string]>

/**
 * Merges the places in which a call may carry parameters, the most important first. Of a name that occurs twice in one
 * place the first counts; an empty value leaves the name to the next place.
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
 * A whole number below 2^53, as decimal or in exponent form; null when absent.
 *
 * @throws BadUserInput when it is anything else.
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
 * @throws BadUserInput when it is anything else.
 */
export function optionalId(parameters: Parameters, name: string): string | null {
  const value = integerParameter(parameters, name)
  if (value === null || value === 0) return null
  return idArgument(String(value), { en: `${name} is not an id.`, zh: `参数 ${name} 不是有效的编号。` })
}

/**
 * An id that has to be there.
 *
 * @throws BadUserInput when it is not.
 */
export function requiredId(parameters: Parameters, name: string): string {
  const id = optionalId(parameters, name)
  if (id === null) throw new BadUserInput({ en: `${name} is missing.`, zh: `缺少参数 ${name}。` })
  return id
}

/**
 * What `action_type` chooses.
 *
 * @throws BadUserInput when it chooses nothing.
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
 * A time cursor in milliseconds, out of seconds or milliseconds; the future counts as now. Null when it is absent, not
 * positive or not a number: such a cursor stands nowhere.
 */
export function momentParameter(parameters: Parameters, name: string, now: number): number | null {
  const value = numberOf(presentText(parameters, name) ?? '')
  if (!(value > 0)) return null
  return Math.min(Math.floor(value > leastMilliseconds ? value : value * 1000), now)
}

/** What clients write when they have no value. */
const absent = ['', 'null', 'undefined']

function presentText(parameters: Parameters, name: string): string | null {
  const text = (parameters.get(name) ?? '').trim()
  return absent.includes(text) ? null : text
}

/** A decimal number; NaN for any other text. A blank in the exponent is a plus sign that the client did not escape. */
function numberOf(text: string): number {
  return /^[+-]?\d+(\.\d+)?(e[+ -]?\d+)?$/i.test(text) ? Number(text.replace(/e /i, 'e+')) : NaN
}
