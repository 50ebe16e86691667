import {
  getNullableType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  TypeNameMetaFieldDef,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql'
import { leafCheck, leafCheckCode } from './leaf-values.ts'
import { isData, own, type Data } from './merge.ts'
import { selectedFields, type SelectedField, type Selection, type SelectionsOn } from './selections.ts'

/**
 * Reduces the data of subgraphs to what was selected; null when a non-null value is missing.
 *
 * @param broken collects violations of a subgraph's own schema.
 * @throws WrongShape
 */
export type Shape = (data: Data, broken: string[]) => Data | null

/** A subgraph returned something that is not a list or an object where its schema requires one. */
export class WrongShape extends Error {}

/** Completes one value: null when there is none, or no valid one. */
type Completion = (value: unknown, broken: string[]) => unknown

/** Whether a name can be written into code: any GraphQL name except the one that would set a prototype. */
export function isSafeName(name: string): boolean {
  return /^[_a-z]\w*$/i.test(name) && name !== '__proto__'
}

/**
 * Compiles the shape of an answer for given conditions. The code that reads and writes an object is generated when an object of
 * its type occurs for the first time.
 */
export function compileShape(
  schema: GraphQLSchema,
  root: SelectionsOn,
  isKept: (selection: Selection) => boolean,
): Shape {
  function shapeOf(sets: readonly SelectionsOn[], typename?: GraphQLCompositeType): Shape {
    const fields = selectedFields(schema, sets, typename, isKept)
    return objectCode(
      fields,
      fields.map((field) =>
        isTypename(field)
          ? typenameOf(field)
          : completionOf(field.type, field.inside, `${field.parent.name}.${field.responseName}`),
      ),
    )
  }

  function completionOf(type: GraphQLOutputType, inside: readonly SelectionsOn[], place: string): Completion {
    if (isNonNullType(type)) return notNull(completionOf(type.ofType, inside, place), place)
    if (isListType(type)) return listOf(type.ofType, completionOf(type.ofType, inside, `${place}[]`), place)
    if (!isLeafType(type)) return objectOf(inside, place)
    const isValid = leafCheck(type)
    return (value, broken) => {
      if (value == null || isValid(value)) return value ?? null
      broken.push(`Invalid value found for ${place}.`)
      return null
    }
  }

  function objectOf(sets: readonly SelectionsOn[], place: string): Completion {
    const shapes = new Map<string, Shape>()

    /** Null when the type cannot occur here; such names are not cached, because there may be many. */
    function newShape(typename: string): Shape | null {
      const type = typename === '' ? undefined : schema.getType(typename)
      if (typename !== '' && !isCompositeType(type)) return null
      const shape = shapeOf(sets, isCompositeType(type) ? type : undefined)
      shapes.set(typename, shape)
      return shape
    }

    return (value, broken) => {
      if (value == null) return null
      if (!isData(value)) throw new WrongShape(`A subgraph returned no object for ${place}.`)
      const typename = value['__typename'] === undefined ? '' : value['__typename']
      if (typeof typename !== 'string') throw new WrongShape(`A subgraph returned no type for ${place}.`)
      const shape = shapes.get(typename) ?? newShape(typename)
      if (shape) return shape(value, broken)
      broken.push(`Invalid __typename found for object at ${place}.`)
      return null
    }
  }

  /** The name of an object's type, from the response name that was selected, or from `__typename`. */
  function typenameOf({ responseName, parent }: SelectedField): (data: Data) => string | null {
    return (data) => {
      const given = own(data, responseName) ?? own(data, '__typename')
      const type = (typeof given === 'string' && schema.getType(given)) || parent
      return isObjectType(type) ? type.name : null
    }
  }

  return shapeOf([root])
}

function notNull(complete: Completion, place: string): Completion {
  return (value, broken) => {
    if (value == null) broken.push(`Cannot return null for non-nullable ${place}.`)
    return complete(value, broken)
  }
}

function listOf(entryType: GraphQLOutputType, complete: Completion, place: string): Completion {
  const mayBeNull = !isNonNullType(entryType)
  return (value, broken) => {
    if (value == null) return null
    if (!Array.isArray(value)) throw new WrongShape(`A subgraph returned no list for ${place}.`)
    let isValid = true
    const list: unknown[] = []
    for (const entry of value) {
      const completed = complete(entry, broken)
      if (completed === null && !mayBeNull) isValid = false
      list.push(completed)
    }
    return isValid ? list : null
  }
}

const isTypename = ({ name }: SelectedField): boolean => name === TypeNameMetaFieldDef.name

/**
 * Generates a function that reads the fields of an object in order and makes another object of them. The code contains only
 * validated names and numbers, no values and no text from outside.
 */
function objectCode(fields: readonly SelectedField[], completions: readonly unknown[]): Shape {
  const lines = fields.map((field, index) => {
    const { responseName, type } = field
    if (!isSafeName(responseName)) throw new Error(`not a valid name of a field: ${responseName}`)
    const value = `value${index}`
    const refuseNull = `if (${value} === null) return null`
    if (isTypename(field)) return `const ${value} = complete${index}(data); ${refuseNull}`
    // An object that does not come from a subgraph may inherit properties.
    const read = responseName in Object.prototype ? `own(data, '${responseName}')` : `data.${responseName}`
    const leaf = getNullableType(type)
    const isValid = isLeafType(leaf) ? leafCheckCode(leaf, value) : null
    const complete = `${value} = complete${index}(${value}, broken); ${isNonNullType(type) ? refuseNull : ''}`
    return `let ${value} = ${read}; ${isValid === null ? complete : `if (!(${isValid})) { ${complete} }`}`
  })
  const entries = fields.map(({ responseName }, index) => `'${responseName}': value${index}`)
  const helpers = completions.map((_, index) => `complete${index}`)
  const code = `'use strict'; return (data, broken) => { ${lines.join('\n')}\n return { ${entries.join(', ')} } }`
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function('own', ...helpers, code) as (...given: unknown[]) => Shape
  return make(own, ...completions)
}
