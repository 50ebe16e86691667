import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyToTemporaryFolder } from './temporary-copy.ts'

let source: string
let name: string
beforeEach(async () => {
  source = await mkdtemp(join(tmpdir(), 'embedded-copy-test-'))
  name = `embedded-copy-${randomUUID()}`
  await mkdir(join(source, 'bin'), { mode: 0o700 })
  await writeFile(join(source, 'bin/program'), '#!/bin/sh\n', { mode: 0o700 })
  await writeFile(join(source, 'data'), 'data', { mode: 0o600 })
})
afterEach(async () => {
  const copies = (await readdir(tmpdir())).filter((entry) => entry.startsWith(name))
  for (const folder of [source, ...copies.map((copy) => join(tmpdir(), copy))]) await rm(folder, { recursive: true })
})

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('everybody can reach the copy of a private folder', async () => {
  const copy = await copyToTemporaryFolder(source, name, 'native')
  expect(await readFile(join(copy, 'native/data'), 'utf8')).toBe('data')
  const paths = ['', 'native', 'native/bin', 'native/bin/program', 'native/data']
  expect(await Promise.all(paths.map((path) => modeOf(join(copy, path))))).toEqual([0o755, 0o755, 0o755, 0o755, 0o644])
})

test('copies made at once and later are the same one', async () => {
  const copies = await Promise.all([1, 2, 3].map(() => copyToTemporaryFolder(source, name, 'native')))
  expect(await copyToTemporaryFolder(source, name, 'native')).toBe(copies[0])
  expect(new Set(copies).size).toBe(1)
  expect((await readdir(tmpdir())).filter((entry) => entry.startsWith(name))).toEqual([basename(copies[0] ?? '')])
})

test('does not trust a copy that others can change', async () => {
  const copy = await copyToTemporaryFolder(source, name, 'native')
  await chmod(copy, 0o777)
  await expect(copyToTemporaryFolder(source, name, 'native')).rejects.toThrow('can be changed by others')
})
