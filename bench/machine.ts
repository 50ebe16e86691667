import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'

/** The machine and versions that the figures belong to. */
export interface Circumstances {
  readonly machine: string
  readonly commit: string
  readonly date: string
  /** As typed. */
  readonly command: string
}

/** @param commandLine the arguments after `npm run bench --`. */
export function circumstances(commandLine: readonly string[]): Circumstances {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  return {
    machine: `${cpus().length} × ${model}, ${gigabytes} GB, ${process.platform}, Node ${process.versions.node}`,
    commit: commit(),
    date: new Date().toISOString(),
    command: ['npm run bench', ...(commandLine.length > 0 ? ['--', ...commandLine] : [])].join(' '),
  }
}

function commit(): string {
  try {
    const head = git('rev-parse', '--short', 'HEAD')
    return git('status', '--porcelain', '--untracked-files=no') === '' ? head : `${head} with changes`
  } catch {
    return 'unknown'
  }
}

function git(...words: string[]): string {
  return execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
}
