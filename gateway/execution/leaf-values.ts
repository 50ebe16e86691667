import { isEnumType, type GraphQLLeafType } from 'graphql'

const whole = /^-?(?:0|[1-9]\d*)$/
const isWhole = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && whole.test(String(value))

/** A check of whether a non-null value is valid for a type. Values of custom scalars can be anything. */
export function leafCheck(type: GraphQLLeafType): (value: unknown) => boolean {
  if (isEnumType(type)) return (value) => typeof value === 'string' && type.getValue(value) !== undefined
  switch (type.name) {
    case 'String':
      return (value) => typeof value === 'string'
    case 'ID':
      return (value) => typeof value === 'string' || isWhole(value)
    case 'Boolean':
      return (value) => typeof value === 'boolean'
    case 'Int':
      return isWhole
    case 'Float':
      return (value) => typeof value === 'number' && Number.isFinite(value)
    default:
      return () => true
  }
}

/**
 * JavaScript that is true for most valid values of a type, and for no invalid one; null when there is no short form.
 *
 * @param value the name of a variable in that code.
 */
export function leafCheckCode({ name }: GraphQLLeafType, value: string): string | null {
  switch (name) {
    case 'String':
    case 'ID':
      return `typeof ${value} === 'string'`
    case 'Boolean':
      return `typeof ${value} === 'boolean'`
    case 'Int':
      return `typeof ${value} === 'number' && (${value} | 0) === ${value}`
    case 'Float':
      return `typeof ${value} === 'number' && ${value} - ${value} === 0`
    default:
      return null
  }
}
