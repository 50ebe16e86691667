import { GraphQLScalarType, Kind } from 'graphql'
import { BadUserInput } from '../runtime/errors.ts'

/**
 * The DateTime scalar: internally a Date, or its ISO text where it is shown often; externally ISO 8601 in UTC with milliseconds
 * (RFC 3339).
 */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => (typeof value === 'string' ? value : (value as Date).toISOString()),
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
})

function parse(value: unknown): Date {
  const date = new Date(typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? value : NaN)
  if (Number.isNaN(date.getTime())) {
    throw new BadUserInput({
      en: 'A DateTime must have the form 2026-01-31T12:00:00.000Z.',
      zh: '时间格式应为 2026-01-31T12:00:00.000Z。',
    })
  }
  return date
}
