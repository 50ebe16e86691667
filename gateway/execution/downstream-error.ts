import { GraphQLError } from 'graphql'
import { own, isData, type Data } from './merge.ts'

export type Path = readonly (string | number)[]

/** A subgraph's error as an error of the whole operation: with the subgraph's name, and a path from the root of the answer. */
export function downstreamError(error: GraphQLError, serviceName: string, path: Path | undefined): GraphQLError {
  const message = error.message || `Error while fetching subquery from service "${serviceName}"`
  const extensions = { code: 'DOWNSTREAM_SERVICE_ERROR', ...error.extensions, serviceName }
  return new GraphQLError(message, { originalError: error, path, extensions })
}

/** The paths of all objects at a path of a plan, in order; `@` stands for every entry of a list. */
export function pathsTo(data: unknown, path: Path): Path[] {
  const paths: Path[] = []
  function walk(value: unknown, depth: number, walked: Path): void {
    const step = path[depth]
    if (value == null) return
    if (step === undefined) paths.push(walked)
    else if (Array.isArray(value)) value.forEach((entry, index) => walk(entry, depth + 1, [...walked, index]))
    else if (isData(value)) walk(own(value, String(step)), depth + 1, [...walked, step])
  }
  walk(data, 0, [])
  return paths
}

/** The objects themselves. */
export function objectsAt(data: unknown, path: Path): Data[] {
  const found: Data[] = []
  function walk(value: unknown, depth: number): void {
    for (let at = depth; value != null; at++) {
      if (at === path.length) {
        found.push(value as Data)
        return
      }
      const step = path[at]
      if (step === '@') {
        if (!Array.isArray(value)) throw new Error(`A subgraph returned no list at ${path.join('.')}.`)
        for (const entry of value) walk(entry, at + 1)
        return
      }
      if (Array.isArray(value)) throw new Error(`A subgraph returned a list at ${path.join('.')}.`)
      value = isData(value) ? own(value, String(step)) : undefined
    }
  }
  walk(data, 0)
  return found
}
