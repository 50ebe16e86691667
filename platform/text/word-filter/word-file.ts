import { readFileSync, statSync, unwatchFile, watchFile } from 'node:fs'
import type { Logger } from '../../runtime/logger.ts'
import { createWordFilter, type WordFilter } from '../word-filter.ts'

/** A word list that cannot be used; the message says why, in one line. */
export class UnusableWordList extends Error {}

/** The list is built synchronously, which blocks all calls. */
const maxBytes = 1024 * 1024
/** Longer than any useful word; such a file is probably not a word list. */
const longestWord = 100

/**
 * The filter of a list in a file: UTF-8, one word per line; blank lines and lines that begin with `#` are ignored. The file is
 * read again when it changes; if it is then missing or invalid, the previous list stays in use.
 *
 * @param intervalMs how often the file is checked.
 * @throws UnusableWordList when the file is invalid at the start.
 */
export function openWordFile(path: string, log: Logger, intervalMs = 1_000): WordFilter & Disposable {
  let filter = readFilter(path)

  function readAgain(): void {
    try {
      filter = readFilter(path)
      log.info({ path }, 'the word list was read again')
    } catch (error) {
      log.error({ err: error, path }, 'the word list cannot be used; the previous one stays in use')
    }
  }

  // Polls the file instead of watching for events, which get lost on network drives and when editors replace a file.
  watchFile(path, { interval: intervalMs, persistent: false }, readAgain)
  return {
    matches: (text) => filter.matches(text),
    mask: (text) => filter.mask(text),
    [Symbol.dispose]: () => unwatchFile(path, readAgain),
  }
}

function readFilter(path: string): WordFilter {
  try {
    if (statSync(path).size > maxBytes) throw new Error('it is larger than 1 MB')
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
    const words = text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
    if (words.some((word) => word.length > longestWord)) throw new Error('it has a line that is too long to be a word')
    // Emptied by mistake, or by an editor that is about to write it.
    if (words.length === 0) throw new Error('it contains no words')
    return createWordFilter(words)
  } catch (error) {
    throw new UnusableWordList(`${path} is not a word list: ${(error as Error).message}`, { cause: error })
  }
}
