import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { collectTemporaryFolders, createTemporaryFolder } from './temporary-folder.ts'

it('goes when it is done with, and a day later when its process was killed', async () => {
  const home = await mkdtemp(join(tmpdir(), 'temporary-folder-test-'))
  onTestFinished(() => rm(home, { recursive: true }))
  vi.stubEnv('TMPDIR', home)
  onTestFinished(() => void vi.unstubAllEnvs())
  await writeFile(join(home, 'of somebody else'), '')
  const left = await createTemporaryFolder()
  await writeFile(join(left.path, 'video'), 'half')
  {
    await using done = await createTemporaryFolder()
    await writeFile(join(done.path, 'video'), 'whole')
  }
  expect(await readdir(home)).toHaveLength(2)

  const hours = (count: number): Date => new Date(Date.now() + count * 60 * 60 * 1_000)
  expect(await collectTemporaryFolders(hours(23))).toBe(0)
  expect(await collectTemporaryFolders(hours(25))).toBe(1)
  expect(await readdir(home)).toEqual(['of somebody else'])
})
