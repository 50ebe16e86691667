import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A file of the project that is code. */
export interface SourceFile {
  /** From the root of the project. */
  readonly path: string
  readonly text: string
}

const root = fileURLToPath(new URL('..', import.meta.url))
const skipped = new Set(['node_modules', '.data', '.git'])

/** All files of TypeScript and JavaScript, without those that are generated. */
export function sourceFiles(folder = root): SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : sourceFiles(path)
    if (!/\.[cm]?[jt]sx?$/.test(entry.name) || entry.name.includes('.generated.')) return []
    return [{ path: relative(root, path), text: readFileSync(path, 'utf8') }]
  })
}
