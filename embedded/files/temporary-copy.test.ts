import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useTemporaryCopy } from './temporary-copy.ts'

let source: string
let name: string
beforeEach(async () => {
  source = await mkdtemp(join(tmpdir(), 'embedded-copy-test-'))
  name = `embedded-copy-${randomUUID()}`
  await mkdir(join(source, 'bin'), { mode: 0o700 })
  await writeFile(join(source, 'bin/program'), '#!/bin/sh\n', { mode: 0o700 })
  await writeFile(join(source, 'data'), 'data', { mode: 0o600 })
  await symlink('data', join(source, 'link'))
})
afterEach(async () => {
  const copies = (await readdir(tmpdir())).filter((entry) => entry.startsWith(name))
  for (const folder of [source, ...copies.map((copy) => join(tmpdir(), copy))]) await rm(folder, { recursive: true })
})

const copy = () => useTemporaryCopy(source, name, 'native', (folder) => Promise.resolve(folder))

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('everybody can reach the copy of a private folder', async () => {
  const folder = await copy()
  expect(await readFile(join(folder, 'native/data'), 'utf8')).toBe('data')
  expect(await readlink(join(folder, 'native/link'))).toBe('data')
  const paths = ['', 'native', 'native/bin', 'native/bin/program', 'native/data']
  expect(await Promise.all(paths.map((path) => modeOf(join(folder, path))))).toEqual([
    0o755, 0o755, 0o755, 0o755, 0o644,
  ])
})

test('copies made at once and later are the same one', async () => {
  const copies = await Promise.all([1, 2, 3].map(() => copy()))
  expect(await copy()).toBe(copies[0])
  expect(new Set(copies).size).toBe(1)
  expect((await readdir(tmpdir())).filter((entry) => entry.startsWith(name))).toEqual([basename(copies[0] ?? '')])
})

test('does not trust a copy that others can change', async () => {
  const folder = await copy()
  await chmod(folder, 0o777)
  await expect(copy()).rejects.toThrow('can be changed by others')
})

test('makes a copy again when files of it were cleaned away', async () => {
  await rm(join(await copy(), 'native/data'))
  const data = await useTemporaryCopy(source, name, 'native', (folder) => readFile(join(folder, 'native/data'), 'utf8'))
  expect(data).toBe('data')
})
