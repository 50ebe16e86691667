import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { documentName } from '../output.ts'
import { bundleOptions } from './bundle.ts'
import { documentFor } from './document.ts'
import { fingerprint } from './fingerprint.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cache = join(root, 'node_modules', '.cache', 'web')
/** A running process may still read an earlier version. */
const cachedVersions = 3

let built: Promise<string> | undefined

/**
 * The folder with the web client; it is built if there is none for the current sources. Once per process.
 *
 * @throws when it cannot be built, for example because nothing can be written.
 */
export function buildWeb(): Promise<string> {
  return (built ??= build())
}

async function build(): Promise<string> {
  const version = join(cache, await fingerprint(root))
  if (await exists(version)) return version
  const unfinished = `${version}.${process.pid}`
  try {
    const { build: bundle } = await import('esbuild')
    const { metafile } = await bundle(bundleOptions(root, unfinished))
    if (!metafile) throw new Error('the bundler described nothing')
    await Promise.all([compressAll(unfinished), writeFile(join(unfinished, documentName), documentFor(metafile))])
    await rename(unfinished, version)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Another process was faster.
    if (!(await exists(version))) throw error
  }
  await forgetEarlier()
  return version
}

const compressBrotli = promisify(brotliCompress)
const compressGzip = promisify(gzip)

/** Writes each file compressed beside it. */
async function compressAll(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /\.(js|css)$/.test(name))
  await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      const content = await readFile(path)
      const { BROTLI_PARAM_QUALITY: quality, BROTLI_PARAM_SIZE_HINT: size } = constants
      const [br, gz] = await Promise.all([
        compressBrotli(content, { params: { [quality]: 9, [size]: content.length } }),
        compressGzip(content, { level: 9 }),
      ])
      await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)])
    }),
  )
}

async function forgetEarlier(): Promise<void> {
  const versions = await Promise.all(
    (await readdir(cache)).map(async (name) => {
      const path = join(cache, name)
      return { path, at: (await stat(path)).mtimeMs }
    }),
  )
  const earlier = versions.sort((one, other) => other.at - one.at).slice(cachedVersions)
  await Promise.all(earlier.map(({ path }) => rm(path, { recursive: true, force: true })))
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
