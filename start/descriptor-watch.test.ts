import { expect, it } from 'vitest'
import { watchDescriptors } from './descriptor-watch.ts'
import type { Logger } from '../platform/runtime/logger.ts'

it('says once that no file can be opened, and once that one can again', async () => {
  const lines: string[] = []
  let isOut = false
  let attempts = 0
  const log = { error: (_: object, text: string) => lines.push(text), warn: (text: string) => lines.push(text) }
  const attempt = (): Promise<void> => {
    attempts++
    return isOut
      ? Promise.reject(Object.assign(new Error('too many open files'), { code: 'EMFILE' }))
      : Promise.resolve()
  }
  using _watch = watchDescriptors(log as unknown as Logger, attempt, 1)
  const passes = async (state: boolean): Promise<void> => {
    isOut = state
    const before = attempts
    await expect.poll(() => attempts).toBeGreaterThan(before + 3)
  }
  await passes(false)
  expect(lines).toEqual([])
  await passes(true)
  await passes(false)
  expect(lines).toEqual([expect.stringContaining('out of file descriptors'), expect.stringContaining('again')])
})
