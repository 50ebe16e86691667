/** Ids in rising order: of eight bytes each, where a `Set` of texts takes sixty. */
export type IdSet = Float64Array

/** Ids of which there are too many to be kept. */
export type ManyIds = 'many'

/** A set of the ids in a text, separated by commas; null is more than were read. */
export function idSetIn(text: string | null): IdSet | ManyIds {
  if (text === null) return 'many'
  return text === '' ? new Float64Array() : Float64Array.from(text.split(','), Number).sort()
}

/** Whether an id is in a set. */
export function hasId(ids: IdSet, id: string): boolean {
  const wanted = Number(id)
  let [low, high] = [0, ids.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ids[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return ids[low] === wanted
}

/** How much a set is where sets are kept: its ids, and something for itself. */
export function sizeOfIds(ids: IdSet | ManyIds): number {
  return 8 + ids.length
}
