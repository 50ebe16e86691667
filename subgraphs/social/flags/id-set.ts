/** Ids in ascending order, eight bytes each; a `Set` of texts needs sixty. */
export type IdSet = Float64Array

/** Too many ids to be cached. */
export type ManyIds = 'many'

/** The set of the ids in a comma-separated text; null means more than were read. */
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

/** The size of a set for caches: its ids, plus a constant. */
export function sizeOfIds(ids: IdSet | ManyIds): number {
  return 8 + ids.length
}
