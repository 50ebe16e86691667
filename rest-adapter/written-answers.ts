import type { Question } from './endpoint.ts'
import { successEnvelope, type Envelope } from './envelope.ts'
import { presentAnswer, type Answer } from './graph.ts'

/** The bytes that were written of an answer, and by which presenter. */
interface Written {
  readonly present: Question['present']
  readonly bytes: Buffer
}

/** By the data of the answer, as long as the gateway keeps it. */
const written = new WeakMap<object, Written>()

/**
 * An answer of the graph as it is sent. The gateway freezes what it gives to many callers: that is presented and written
 * once.
 *
 * @throws GraphQLError as `presentAnswer`.
 */
export function writeAnswer(question: Question, answer: Answer, now: number): Buffer | string {
  if (!Object.isFrozen(answer.data)) return writeEnvelope(successEnvelope(presentAnswer(question, answer, now)))
  const known = written.get(answer.data)
  if (known?.present === question.present) return known.bytes
  const bytes = Buffer.from(writeEnvelope(successEnvelope(presentAnswer(question, answer, now))))
  written.set(answer.data, { present: question.present, bytes })
  return bytes
}

/** An envelope as it is sent: JSON, in UTF-8 on its way. */
export function writeEnvelope(envelope: Envelope): string {
  return JSON.stringify(envelope)
}
