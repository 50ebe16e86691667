import { readFileSync } from 'node:fs'
import { isStartedByNpm } from '../platform/runtime/environment.ts'

const lookEveryMs = 500

/**
 * Calls back when the npm that started this process is gone. It may be ended by a signal that never comes here, and a shell
 * may stand in between; what it started would go on and keep the ports. A process that was started by something else is left
 * alone: it may be meant to outlive that.
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

/** The parent, and if that is a shell its parent, too. */
function ancestors(): readonly number[] {
  const parent = process.ppid
  if (process.platform !== 'linux') return [parent]
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8')
    // The second field is the program's name in parentheses, and may hold spaces and parentheses.
    const end = stat.lastIndexOf(')')
    const name = stat.slice(stat.indexOf('(') + 1, end)
    const grandparent = Number(stat.slice(end + 2).split(' ')[1])
    return /^(sh|dash|bash|zsh|ash|busybox)$/.test(name) ? [parent, grandparent] : [parent]
  } catch {
    return []
  }
}
