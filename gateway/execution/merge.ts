/** An object of an answer: of a subgraph's, or of the merged one. */
export type Data = Record<string, unknown>

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own property of an object from a subgraph. */
export function own(data: Data, name: string): unknown {
  const value = data[name]
  return value === undefined || Object.hasOwn(data, name) ? value : undefined
}

/** Merges one object into another, lists of the same length entry by entry, as the gateway's executor does. */
export function merge(target: Data, source: Data): void {
  if (target === source) return
  // Data from a subgraph inherits no enumerable properties.
  for (const name in source) {
    // No field is ever selected under this name.
    if (name === '__proto__') continue
    const value = source[name]
    if (value === undefined) continue
    const known = own(target, name)
    target[name] = known === undefined ? value : merged(known, value)
  }
}

function merged(known: unknown, value: unknown): unknown {
  if (isData(known) && isData(value)) merge(known, value)
  else if (Array.isArray(known) && Array.isArray(value) && known.length === value.length) {
    value.forEach((each: unknown, index) => {
      known[index] = isData(known[index]) && isData(each) ? merged(known[index], each) : each
    })
  } else return value
  return known
}
