import { weightIn } from '../../platform/http/weights.ts'

/** The media types of answers (GraphQL over HTTP §4). */
export type AnswerType = 'application/graphql-response+json' | 'application/json'

/** The media type for a client, and whether the client named it instead of accepting anything. */
export interface Accepted {
  readonly type: AnswerType
  readonly isNamed: boolean
}

/** Longer than any client sends; the rest of the header is ignored. */
const longestHeader = 1_000

const answerTypes: ReadonlyMap<string, AnswerType> = new Map([
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['application/json', 'application/json'],
  ['application/*', 'application/json'],
  ['*/*', 'application/json'],
])

/** The media type that a client prefers, by the weights of its Accept header; null when it accepts none of ours. */
export function acceptedType(header: string | undefined): Accepted | null {
  if (header === undefined || header.trim() === '') return { type: 'application/json', isNamed: false }
  let best: (Accepted & { readonly weight: number }) | null = null
  for (const range of header.slice(0, longestHeader).split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const type = answerTypes.get(name)
    const weight = weightIn(parameters)
    if (type && weight > 0 && (!best || weight > best.weight)) best = { type, isNamed: !name.includes('*'), weight }
  }
  return best
}
