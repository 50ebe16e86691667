/**
 * Runs the system: `node start/launch.js [part]`, or another of its programs: `--run <file> …`; `--compile` only compiles.
 *
 * Node 20 cannot run TypeScript. A loader that transpiles each imported file costs a second per start and 70 MB per process.
 * Therefore the sources are compiled into a few files whenever they have changed, and stored in node_modules; where that is not
 * writable, the loader is used.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const kept = join(root, 'node_modules', '.cache', 'short-video-backend')
const folders = ['db', 'embedded', 'gateway', 'platform', 'rest-adapter', 'schema', 'start', 'subgraphs', 'web']
const usualProgram = 'start/index.ts'
const programs = [usualProgram, 'start/worker.ts', 'embedded/redis/valkey-host.ts']
/** A running process may still load files of an earlier version. */
const keptVersions = 5

if (process.argv[2] === '--compile') await compile()
else if (process.argv[2] === '--run') await run(process.argv[3] ?? usualProgram, process.argv.slice(4))
else await run(usualProgram, process.argv.slice(2))

/**
 * @param {string} program its file, relative to the repository root.
 * @param {readonly string[]} given its arguments.
 */
async function run(program, given) {
  process.argv.splice(1, Infinity, join(root, program), ...given)
  const compiled = await compile().catch(() => undefined)
  if (compiled === undefined) {
    const { register } = await import('tsx/esm/api')
    register()
    await import(pathToFileURL(join(root, program)).href)
  } else {
    process.setSourceMapsEnabled(true)
    await import(pathToFileURL(join(compiled, program.replace(/\.ts$/, '.mjs'))).href)
  }
}

/** The folder with the compiled programs; they are compiled if there is none for the current sources. */
async function compile() {
  const version = join(kept, await fingerprint())
  if (await exists(version)) return version
  const { build } = await import('esbuild')
  const unfinished = `${version}.${process.pid}`
  try {
    await build({
      absWorkingDir: root,
      entryPoints: programs,
      outdir: unfinished,
      outbase: root,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: true,
      sourcesContent: false,
      logLevel: 'silent',
      plugins: [
        {
          name: 'where each file is',
          setup(building) {
            building.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
              const text = await readFile(path, 'utf8')
              const address = JSON.stringify(pathToFileURL(path).href)
              return { contents: text.replaceAll('import.meta.url', address), loader: 'ts' }
            })
          },
        },
      ],
    })
    await rename(unfinished, version)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Another process was faster.
    if (!(await exists(version))) throw error
  }
  await forgetEarlier()
  return version
}

/** A hash of the sources and of their location. */
async function fingerprint() {
  const paths = (
    await Promise.all(
      folders.map((folder) =>
        readdir(join(root, folder), { recursive: true }).then((names) => names.map((name) => join(root, folder, name))),
      ),
    )
  )
    .flat()
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .sort()
  const texts = await Promise.all([...paths, fileURLToPath(import.meta.url)].map((path) => readFile(path)))
  const hash = createHash('sha256').update(root)
  for (const [index, text] of texts.entries())
    hash.update(`\n${relative(root, paths[index] ?? '').replaceAll(sep, '/')}\n`).update(text)
  return hash.digest('hex').slice(0, 32)
}

async function forgetEarlier() {
  const versions = await Promise.all(
    (await readdir(kept)).map(async (name) => ({ path: join(kept, name), at: (await stat(join(kept, name))).mtimeMs })),
  )
  const earlier = versions.sort((one, other) => other.at - one.at).slice(keptVersions)
  await Promise.all(earlier.map(({ path }) => rm(path, { recursive: true, force: true })))
}

/** @param {string} path */
async function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  )
}
