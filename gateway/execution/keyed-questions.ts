import { unexpected, type Fill, type Keyed } from './assembly-code.ts'
import type { Data } from './merge.ts'

/** The keyed objects that a fetch references, and their type. */
export interface About {
  readonly index: number
  readonly typename: string
}

/** The references of a fetch, without duplicates. */
export interface Question {
  readonly representations: readonly Data[]
  /** For each object, the index of its representation. */
  readonly indices: readonly number[]
}

/** The state of one execution. */
interface Asking {
  readonly keyed: readonly Keyed[]
  readonly questions: (Question | undefined)[]
}

/**
 * Copies results into objects.
 *
 * @throws `unexpected` when they are not a list of the same length.
 */
export function fillAll(
  fill: Fill,
  keyed: readonly Keyed[],
  { objects }: Keyed,
  question: Question,
  entities: unknown,
): void {
  const { representations, indices } = question
  if (!Array.isArray(entities) || entities.length !== representations.length) throw unexpected
  for (let position = 0; position < objects.length; position++) {
    fill(objects[position] as Data, entities[indices[position] as number] as Data | null, keyed)
  }
}

/** The references to the objects at one place; shared by all fetches for them. */
export function questionAbout({ keyed, questions }: Asking, { index, typename }: About): Question {
  const asked = questions[index]
  if (asked) return asked
  const known = new Map<string, number>()
  const representations: Data[] = []
  const indices = (keyed[index] as Keyed).ids.map((id) => {
    const before = known.get(id)
    if (before !== undefined) return before
    const place = representations.push({ __typename: typename, id }) - 1
    known.set(id, place)
    return place
  })
  return (questions[index] = { representations, indices })
}
