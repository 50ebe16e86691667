import { unexpected, type Fill, type Keyed } from './assembly-code.ts'
import type { Data } from './merge.ts'

/** Which of the keyed objects a fetch is about, and of what type they are. */
export interface About {
  readonly index: number
  readonly typename: string
}

/** What a fetch asks about objects, each of them once. */
export interface Question {
  readonly representations: readonly Data[]
  /** For each object, which one represents it. */
  readonly indices: readonly number[]
}

/** What has been met and asked so far in one execution. */
interface Asking {
  readonly keyed: readonly Keyed[]
  readonly questions: (Question | undefined)[]
}

/** Takes over what was answered about objects. @throws `unexpected` when that is no list of as many entities. */
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

/** What is asked about the objects in one place; the same for every fetch that asks. */
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
