import { readFileSync } from 'node:fs'
import { isStartedByNpm } from '../platform/runtime/environment.ts'

const lookEveryMs = 500

/**
 * Calls back when the npm that started this process has ended. npm may be killed by a signal that does not reach this process,
 * and a shell may be in between; the system would go on and occupy the ports. Processes not started by npm are left alone,
 * since they may be meant to outlive their parent.
 */
export function whenNpmEnds(callback: () => void): Disposable {
  const parents = isStartedByNpm() ? ancestors() : []
  const timer = setInterval(() => {
    const now = ancestors()
    if (parents.every((pid, index) => now[index] === pid)) return
    clearInterval(timer)
    callback()
  }, lookEveryMs)
  timer.unref()
  if (parents.length === 0) clearInterval(timer)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

/** The parent, and its parent if the parent is a shell. */
function ancestors(): readonly number[] {
  const parent = process.ppid
  if (process.platform !== 'linux') return [parent]
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8')
    // The second field is the program's name in parentheses and may itself contain spaces and parentheses.
    const end = stat.lastIndexOf(')')
    const name = stat.slice(stat.indexOf('(') + 1, end)
    const grandparent = Number(stat.slice(end + 2).split(' ')[1])
    return /^(sh|dash|bash|zsh|ash|busybox)$/.test(name) ? [parent, grandparent] : [parent]
  } catch {
    return []
  }
}
