import { LRUCache } from 'lru-cache'
import {
  isPrepared,
  prepareOperation,
  type PreparationOptions,
  type PreparedOperation,
  type Unprepared,
} from './prepared-operation.ts'

/** The origin of an operation: our own code, or a client, whose operations need admission. */
export type OperationSource = 'system' | 'client'

/**
 * The maximum size of the texts of cached client operations, in characters; the prepared form of one is about a hundred times
 * as large.
 */
const keptCharacters = 256 * 1024
/** The cost of an operation besides its text, in characters. */
const charactersEach = 200

export type PrepareOperation = (
  text: string,
  name: string | undefined,
  source: OperationSource,
) => PreparedOperation | Unprepared

/** Prepares operations, and caches recent ones. Our own, a few dozen, always stay cached. */
export function createPreparedOperations(options: PreparationOptions): PrepareOperation {
  /** By text and name apart: a text that is always the same object is found without being read. */
  const own = new Map<string, Map<string | undefined, PreparedOperation>>()
  const ofClients = new LRUCache<string, PreparedOperation>({
    maxSize: keptCharacters,
    sizeCalculation: ({ text }) => text.length + charactersEach,
  })

  return (text, name, source) => {
    const ours = own.get(text)?.get(name)
    if (ours) return ours
    const key = name === undefined ? text : `${name}\n${text}`
    const known = ofClients.get(key)
    if (known) return known
    const operation = prepareOperation(options, text, name)
    if (!isPrepared(operation)) return operation
    if (source === 'client') ofClients.set(key, operation)
    else own.set(text, (own.get(text) ?? new Map<string | undefined, PreparedOperation>()).set(name, operation))
    return operation
  }
}
