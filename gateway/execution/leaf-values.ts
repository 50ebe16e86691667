import { isEnumType, type GraphQLLeafType } from 'graphql'

const whole = /^-?(?:0|[1-9]\d*)$/
const isWhole = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && whole.test(String(value))

/** Whether a value that is not null may stand for a type. Scalars of the schema's own may be anything. */
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
 * JavaScript that is true of most values that may stand for a type, and of no other; null when there is none as short.
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
