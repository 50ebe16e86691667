import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLogger } from '../../runtime/logger.ts'
import { openWordFile, UnusableWordList } from './word-file.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'short-video-words-'))
  path = join(folder, 'words.txt')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const quiet = createLogger('silent', 'test')

/** Waits until an assertion holds. */
function eventually(holds: () => void): Promise<void> {
  return vi.waitFor(holds, { timeout: 60_000, interval: 10 })
}

/** Replaces the file, as editors do. */
async function replaces(content: string | Buffer): Promise<void> {
  await writeFile(join(folder, 'new'), content)
  await rename(join(folder, 'new'), path)
}

/** A logger, and the error messages it received. */
function listener() {
  const errors: string[] = []
  const log = pino(
    { level: 'error' },
    { write: (line: string) => errors.push((JSON.parse(line) as { err: { message: string } }).err.message) },
  )
  return { log, errors }
}

it('reads a word a line, without comments, blanks and the mark of the encoding', async () => {
  await writeFile(path, '\ufeff# what nobody shall read\r\n坏话\r\n\r\n  bad word  \r\n#好话\n')
  using words = openWordFile(path, quiet)
  expect(words.mask('坏话, a bad word, 好话')).toBe('**, a ********, 好话')
})

it('reads the file again when it was edited or replaced', async () => {
  await writeFile(path, 'first')
  using words = openWordFile(path, quiet, 10)
  await writeFile(path, 'first\nsecond')
  await eventually(() => expect(words.mask('first second third')).toBe('***** ****** third'))
  await replaces('third')
  await eventually(() => expect(words.mask('first second third')).toBe('first second *****'))
})

it('keeps the last good list when the file is broken, empty or gone, says so, and goes on when it is back', async () => {
  await writeFile(path, '坏话')
  const { log, errors } = listener()
  using words = openWordFile(path, log, 10)
  for (const [content, problem] of [
    [Buffer.from([0xc3, 0x28, 0x0a]), 'not valid'],
    [Buffer.from('# nothing\n\n'), 'it contains no words'],
    [Buffer.from('坏话\n\u200b\n'), 'no visible character'],
    [Buffer.from('a'.repeat(101)), 'a line that is too long to be a word'],
    [Buffer.alloc(1024 * 1024 + 1, 'a\n'), 'larger than 1 MB'],
  ] as const) {
    await replaces(content)
    await eventually(() => expect(errors.at(-1)).toContain(problem))
    expect(words.matches('坏话')).toBe(true)
  }
  await rm(path)
  await eventually(() => expect(errors.at(-1)).toContain('ENOENT'))
  expect(words.matches('坏话')).toBe(true)
  await writeFile(path, 'back')
  await eventually(() => expect(words.matches('back')).toBe(true))
  expect(words.matches('坏话')).toBe(false)
})

it('cannot begin with a list that cannot be used', async () => {
  expect(() => openWordFile(path, quiet)).toThrow(UnusableWordList)
  expect(() => openWordFile(folder, quiet)).toThrow(UnusableWordList)
  await writeFile(path, '')
  expect(() => openWordFile(path, quiet)).toThrow(`${path} is not a word list: it contains no words`)
})
