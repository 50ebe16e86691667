import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** What the web client is built of, from the root of the repository. */
const folders = ['web', 'client']
const files = ['package-lock.json']

/** A hash of everything that the web client is built of. */
export async function fingerprint(root: string): Promise<string> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    }),
  )
  const paths = [...found.flat(), ...files.map((file) => join(root, file))].filter((path) => !isTest(path)).sort()
  const contents = await Promise.all(paths.map((path) => readFile(path)))
  const hash = createHash('sha256')
  for (const [index, content] of contents.entries())
    hash.update(`\n${relative(root, paths[index] ?? '').replaceAll(sep, '/')} ${content.length}\n`).update(content)
  return hash.digest('hex').slice(0, 32)
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}
