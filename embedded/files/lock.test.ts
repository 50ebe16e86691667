import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { processIdentity } from '../processes/identity.ts'
import { lockFolder } from './lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-lock-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a folder has one owner until that one lets go', async () => {
  const lock = lockFolder(folder)
  expect(() => lockFolder(folder)).toThrow(
    `The folder ${folder} is in use by process ${process.pid}: stop that process, or choose another folder.`,
  )
  lock[Symbol.dispose]()
  lockFolder(folder)[Symbol.dispose]()
  expect(await readdir(folder)).toEqual([])
})

test('names the running process that owns the folder', async () => {
  const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
  const pid = other.pid ?? 0
  await writeFile(join(folder, 'owner'), processIdentity(pid) ?? '')
  expect(() => lockFolder(folder)).toThrow(`is in use by process ${pid}:`)

  other.kill('SIGKILL')
  await once(other, 'exit')
  lockFolder(folder)[Symbol.dispose]()
})

test.runIf(process.platform === 'linux')(
  'is not held by a later process that has the number of a dead owner',
  async () => {
    await writeFile(join(folder, 'owner'), `${process.pid} 1`)
    lockFolder(folder)[Symbol.dispose]()
    expect(await readdir(folder)).toEqual([])
  },
)
