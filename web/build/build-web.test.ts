import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { filesPath, readOutput } from '../output.ts'
import { buildWeb } from './build-web.ts'

/** What may be loaded before the first picture, in bytes after gzip. */
const budget = 160_000

const output = await readOutput(await buildWeb())
/** The files that the document names. */
const first = [...output.document.matchAll(new RegExp(`"${filesPath}/([^"]+)"`, 'g'))].map(([, name = '']) => name)

it(`loads at most ${budget / 1_000} KB before the first picture`, () => {
  expect(first.length).toBeGreaterThan(2)
  const sizes = first.map((name) => [name, output.files.get(name)?.gzip?.length ?? Infinity] as const)
  const total = sizes.reduce((sum, [, size]) => sum + size, 0)
  expect(total, JSON.stringify(sizes)).toBeLessThan(budget)
})

it('leaves to later what the feed does not need', () => {
  const texts = first.map((name) => output.files.get(name)?.content.toString() ?? '')
  const all = [...output.files.values()].map(({ content }) => content.toString())
  const isIn = (files: readonly string[], text: string): boolean => files.some((file) => file.includes(text))
  for (const text of ['hlsMediaPlaylist', 'MANIFEST_PARSED', 'Welcome back']) {
    expect(isIn(texts, text), text).toBe(false)
  }
  for (const text of ['MANIFEST_PARSED', 'Welcome back']) expect(isIn(all, text), text).toBe(true)
})

it('has each script and style compressed beside it, under a name with a hash', () => {
  for (const [name, { content, gzip, br }] of output.files) {
    expect(name).toMatch(/^[a-z]+-[A-Z\d]{8}\.(?:js|css)$/)
    const hashOf = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex')
    expect(hashOf(gunzipSync(gzip ?? Buffer.alloc(0)))).toBe(hashOf(content))
    expect(br?.length).toBeGreaterThan(0)
  }
})

it('is built once for the same sources', async () => {
  const began = performance.now()
  await buildWeb()
  expect(performance.now() - began).toBeLessThan(1_000)
})
