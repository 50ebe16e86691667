import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

/** A minimal system with the same launcher. */
let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'launch-'))
  for (const folder of [
    'db',
    'gateway',
    'platform',
    'rest-adapter',
    'schema',
    'subgraphs',
    'start',
    'web',
    'embedded/redis',
  ]) {
    await mkdir(join(root, folder), { recursive: true })
  }
  await mkdir(join(root, 'node_modules'))
  const packages = fileURLToPath(new URL('../node_modules', import.meta.url))
  for (const name of ['esbuild', '@esbuild', 'tsx', 'get-tsconfig', 'resolve-pkg-maps']) {
    await symlink(join(packages, name), join(root, 'node_modules', name)).catch(() => undefined)
  }
  await write('package.json', '{ "type": "module" }')
  await write('start/index.ts', program('index'))
  await write('start/worker.ts', program('worker'))
  await write('embedded/redis/valkey-host.ts', program('host'))
  await copyFile(new URL('launch.js', import.meta.url), join(root, 'start/launch.js'))
})

afterEach(() => rm(root, { recursive: true, force: true }))

const write = (path: string, text: string): Promise<void> => writeFile(join(root, path), text)

/** A program that reports how it was started, in TypeScript that no Node version can run. */
function program(name: string): string {
  return `enum Name { Own = '${name}' }
    console.log(JSON.stringify([Name.Own, import.meta.url, ...process.argv.slice(2)]))`
}

async function launch(...given: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'start/launch.js'), ...given])
  return JSON.parse(stdout)
}

const addressOf = (path: string): string => pathToFileURL(join(root, path)).href
const versions = (): Promise<string[]> => readdir(join(root, 'node_modules/.cache/short-video-backend'))

it('runs the system with what it was given, as if its sources were run', async () => {
  expect(await launch()).toEqual(['index', addressOf('start/index.ts')])
  expect(await launch('media', '--fast')).toEqual(['index', addressOf('start/index.ts'), 'media', '--fast'])
})

it('runs another of its programs', async () => {
  const file = 'embedded/redis/valkey-host.ts'
  expect(await launch('--run', file, '6379')).toEqual(['host', addressOf(file), '6379'])
})

it('compiles when a source has changed, and keeps what was compiled else', async () => {
  await launch()
  const first = await versions()
  await launch('--run', 'start/worker.ts')
  expect(await versions()).toEqual(first)
  await write('start/index.ts', program('changed'))
  expect(await launch()).toEqual(['changed', addressOf('start/index.ts')])
  expect(await versions()).toHaveLength(2)
})

it('keeps five versions, and nothing unfinished', async () => {
  for (let version = 0; version < 7; version++) {
    await write('start/index.ts', program(`version ${version}`))
    expect(await launch()).toEqual([`version ${version}`, addressOf('start/index.ts')])
  }
  const names = await versions()
  expect(names).toHaveLength(5)
  expect(names.filter((name) => name.includes('.'))).toEqual([])
})

it('compiles once for several that start at the same time', async () => {
  const outputs = await Promise.all(Array.from({ length: 4 }, () => launch()))
  expect(outputs).toEqual(Array(4).fill(['index', addressOf('start/index.ts')]))
  expect(await versions()).toHaveLength(1)
})

it('runs the sources themselves where nothing can be kept', async () => {
  await writeFile(join(root, 'node_modules/.cache'), 'in the way')
  expect(await launch('all')).toEqual(['index', addressOf('start/index.ts'), 'all'])
})

it('compiles ahead', async () => {
  await promisify(execFile)(process.execPath, [join(root, 'start/launch.js'), '--compile'])
  expect(await versions()).toHaveLength(1)
})

it('says what is wrong with a source that cannot be compiled', async () => {
  await write('start/index.ts', 'const = 1')
  await expect(launch()).rejects.toThrow(/start\/index\.ts/)
})
