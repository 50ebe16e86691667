import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepSecret } from './secret.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-secret-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a secret is generated once, and only its owner can read it', async () => {
  const file = join(folder, 'secret')
  const secret = await keepSecret(file)
  expect(secret).toMatch(/^[\w-]{24}$/)
  expect(await keepSecret(file)).toBe(secret)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['secret'])
})
