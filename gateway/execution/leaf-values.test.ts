import { buildSchema as buildFederationSchema, isValidLeafValue, type LeafType } from '@apollo/federation-internals'
import { buildSchema, isLeafType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { leafCheck, leafCheckCode } from './leaf-values.ts'

const sdl = 'type Query { a: Status b: DateTime c: ID d: Int e: Float } enum Status { READY FAILED } scalar DateTime'
const schema = buildSchema(sdl)
const stock = buildFederationSchema(sdl)
const values = [
  ...['', 'READY', 'ready', '1', '01', 'true', 'toString', '__proto__'],
  ...[0, -0, 1, -1, 1.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e21, 1e300, NaN, Infinity, -Infinity],
  ...[true, false, {}, [], ['READY'], { id: '1' }, new Date(0), 1n],
]

describe.each(['String', 'ID', 'Boolean', 'Int', 'Float', 'Status', 'DateTime'])('%s', (name) => {
  const type = schema.getType(name)
  if (!isLeafType(type)) throw new Error(`${name} is no leaf`)

  it.each(values)('may be %s when the stock executor lets it', (value) => {
    const isValid = leafCheck(type)(value)
    expect(isValid).toBe(isValidLeafValue(stock, value, stock.type(name) as LeafType))
    const code = leafCheckCode(type, 'value')
    if (code === null) return
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const isSurelyValid = new Function('value', `return ${code}`) as (value: unknown) => boolean
    if (isSurelyValid(value)) expect(isValid).toBe(true)
  })
})
