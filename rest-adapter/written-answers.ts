import type { GraphRequest } from './endpoint.ts'
import { successEnvelope, type Envelope } from './envelope.ts'
import { presentAnswer, type Answer } from './graph.ts'

/** The encoded form of an answer, and its presenter. */
interface Written {
  readonly present: GraphRequest['present']
  readonly bytes: Buffer
}

/** By the data of the answer, as long as the gateway caches it. */
const written = new WeakMap<object, Written>()

/**
 * The encoded form of an answer. The gateway freezes answers that are shared by many callers; these are presented and encoded
 * once.
 *
 * @throws GraphQLError as `presentAnswer`.
 */
export function writeAnswer(question: GraphRequest, answer: Answer, now: number): Buffer | string {
  if (!Object.isFrozen(answer.data)) return writeEnvelope(successEnvelope(presentAnswer(question, answer, now)))
  const known = written.get(answer.data)
  if (known?.present === question.present) return known.bytes
  const bytes = Buffer.from(writeEnvelope(successEnvelope(presentAnswer(question, answer, now))))
  written.set(answer.data, { present: question.present, bytes })
  return bytes
}

/** An envelope as JSON. */
export function writeEnvelope(envelope: Envelope): string {
  return JSON.stringify(envelope)
}
