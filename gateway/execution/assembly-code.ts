import {
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  type GraphQLLeafType,
  type GraphQLOutputType,
} from 'graphql'
import type { AnswerField, AnswerNode, Part } from './answer-tree.ts'
import { leafCheck, leafCheckCode } from './leaf-values.ts'
import type { Data } from './merge.ts'

/** Objects that fetches reference, in order of appearance. */
export interface Keyed {
  readonly objects: Data[]
  readonly ids: string[]
}

/**
 * Copies what a fetch returned of an object into it.
 *
 * @throws when it is not as expected.
 */
export type Fill = (target: Data, source: Data | null, keyed: readonly Keyed[]) => void

export interface AssemblyCode {
  /** An answer in which everything is null so far. */
  readonly start: () => Data
  /** One for each fetch. */
  readonly fills: readonly Fill[]
}

/** Thrown when an answer is not as expected. */
export const unexpected = new Error('an answer is not as expected')

/**
 * Generates functions that copy the results of fetches. Each creates the objects that it knows first, with all their fields in
 * order, and writes its values into those created by others. The code contains only validated names and numbers, no values and
 * no text from outside.
 *
 * @param parts what each fetch returns.
 * @param keyedNodes those that fetches reference.
 */
export function writeAssembly(
  root: AnswerNode,
  parts: readonly Part[],
  keyedNodes: readonly AnswerNode[],
): AssemblyCode {
  const functions: string[] = []
  const checks: ((value: unknown) => boolean)[] = []
  let names = 0

  /** Code that rejects a source of another type. */
  function typeCheck({ node, typenames }: Part, isKnown: boolean): string {
    const own = typenames.includes('__typename')
    const refuse = (name: string, mayLack: boolean): string =>
      `if (source.${name} !== '${node.type.name}'${mayLack ? ` && source.${name} !== undefined` : ''}) throw unexpected;`
    return ['__typename', ...typenames.filter((name) => name !== '__typename')]
      .map((name) => refuse(name, isKnown || !(own && name === '__typename' && node.isKeyed)))
      .join(' ')
  }

  /** Code that reads a field into a variable. */
  function read(field: AnswerField, part: Part, value: string): string {
    const { type, responseName } = field
    const below = part.below.get(responseName)
    const complete = below ? objectsCode(type, builder(below), value) : leafCode(type, value)
    return `let ${value} = source.${responseName}; ${complete}`
  }

  function nullCode(type: GraphQLOutputType, value: string): string {
    return isNonNullType(type) ? 'throw unexpected' : `${value} = null`
  }

  function objectsCode(type: GraphQLOutputType, build: string, value: string): string {
    const inner = getNullableType(type)
    const isNull = `if (${value} == null) { ${nullCode(type, value)} }`
    if (!isListType(inner)) return `${isNull} else ${value} = ${build}(${value}, keyed);`
    return `${isNull} else ${value} = ${list(inner.ofType, `${build}(each, keyed)`, value)};`
  }

  function list(entryType: GraphQLOutputType, entry: string, value: string): string {
    const ofNull = isNonNullType(entryType) ? 'refuse()' : 'null'
    return `listOf(${value}, (each) => each == null ? ${ofNull} : ${entry})`
  }

  function leafCode(type: GraphQLOutputType, value: string): string {
    const inner = getNullableType(type)
    const isNull = `{ if (${value} != null) throw unexpected; ${nullCode(type, value)} }`
    if (isListType(inner)) {
      const leaf = getNullableType(inner.ofType) as GraphQLLeafType
      const entry = `(${leafTest(leaf, 'each')}) ? each : refuse()`
      return `if (${value} == null) { ${nullCode(type, value)} } else ${value} = ${list(inner.ofType, entry, value)};`
    }
    const leaf = inner as GraphQLLeafType
    const asText =
      isSpecifiedScalarType(leaf) || isEnumType(leaf)
        ? ''
        : `if (${value} instanceof Date) ${value} = ${value}.toISOString(); `
    return `${asText}if (!(${leafTest(leaf, value)})) ${isNull}`
  }

  /** For custom scalars: values that JSON represents as they are. */
  function leafTest(type: GraphQLLeafType, value: string): string {
    const code = leafCheckCode(type, value)
    if (code !== null) return code
    if (isEnumType(type)) return `checks[${checks.push(leafCheck(type)) - 1}](${value})`
    return `typeof ${value} === 'string' || typeof ${value} === 'boolean'`
  }

  /** The name of a function that creates an object from what a fetch returned of it. */
  function builder(part: Part): string {
    const { node, fields } = part
    const name = `build${names++}`
    const lines = fields.map((field, index) => read(field, part, `value${index}`))
    const entries = node.fields.map((field) => {
      const index = fields.indexOf(field)
      const value = field.name === '__typename' ? `'${node.type.name}'` : index < 0 ? 'null' : `value${index}`
      return `'${field.responseName}': ${value}`
    })
    const key = keyedNodes.indexOf(node)
    const keep =
      key < 0
        ? ''
        : `const id = source.id; if (typeof id !== 'string') throw unexpected;
           keyed[${key}].objects.push(object); keyed[${key}].ids.push(id);`
    functions.push(`function ${name}(source, keyed) {
      if (typeof source !== 'object' || source instanceof Error) throw unexpected;
      ${typeCheck(part, false)}
      ${lines.join('\n')}
      const object = { ${entries.join(', ')} };
      ${keep}
      return object
    }`)
    return name
  }

  function filler(part: Part): string {
    const { node, fields, hasId } = part
    const name = `fill${names++}`
    const lines = fields.map((field, index) => read(field, part, `value${index}`))
    const writes = fields.map(({ responseName }, index) => `target.${responseName} = value${index};`)
    const isId = node.fields.find((field) => field.responseName === 'id')
    const sameId = hasId && isId && !fields.includes(isId) ? 'if (source.id !== target.id) throw unexpected;' : ''
    const missing =
      fields.every(({ type }) => !isNonNullType(type)) && part.node !== root ? 'return' : 'throw unexpected'
    functions.push(`function ${name}(target, source, keyed) {
      if (source == null) ${missing};
      if (typeof source !== 'object' || source instanceof Error) throw unexpected;
      ${node === root ? '' : typeCheck(part, true)}
      ${sameId}
      ${lines.join('\n')}
      ${writes.join('\n')}
    }`)
    return name
  }

  const fills = parts.map(filler)
  const entries = root.fields.map(
    ({ name, responseName }) => `'${responseName}': ${name === '__typename' ? `'${root.type.name}'` : 'null'}`,
  )
  const code = `'use strict'; ${functions.join('\n')}
    return { start: () => ({ ${entries.join(', ')} }), fills: [${fills.join(', ')}] }`
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function('unexpected', 'refuse', 'listOf', 'checks', code) as (...given: unknown[]) => AssemblyCode
  return make(unexpected, refuse, listOf, checks)
}

function refuse(): never {
  throw unexpected
}

function listOf(list: unknown, complete: (entry: unknown) => unknown): unknown[] {
  if (!Array.isArray(list)) throw unexpected
  return list.map(complete)
}
