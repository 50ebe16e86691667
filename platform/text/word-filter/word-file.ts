import { readFileSync, statSync, unwatchFile, watchFile } from 'node:fs'
import type { Logger } from '../../runtime/logger.ts'
import { createWordFilter, type WordFilter } from '../word-filter.ts'

/** A list of words that cannot be used; the message says why, in a line. */
export class UnusableWordList extends Error {}

/** What takes the list in is built in one go, while everybody waits. */
const maxBytes = 1024 * 1024
/** Longer than any text that is worth a look; rather a file that is no list. */
const longestWord = 100

/**
 * The filter of a list in a file: UTF-8, a word a line; blank lines and those that begin with `#` do not count. When the
 * file changes it is read again. A file that is gone or cannot be used leaves the list as it is.
 *
 * @param intervalMs how often the file is looked at.
 * @throws UnusableWordList when it cannot be used to begin with.
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

  // Looks at the file instead of waiting for events: those get lost on network drives, and when editors replace a file.
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
    if (words.some((word) => word.length > longestWord)) throw new Error('it has a line that is no word')
    // Emptied by an editor that is about to write it, or by mistake.
    if (words.length === 0) throw new Error('there is no word in it')
    return createWordFilter(words)
  } catch (error) {
    throw new UnusableWordList(`${path} is no list of words: ${(error as Error).message}`, { cause: error })
  }
}
