import { execFile } from 'node:child_process'
import { basename, join, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { makeExecutable } from './files/executable.ts'
import { useTemporaryCopy } from './files/temporary-copy.ts'
import { findProgram } from './processes/program.ts'

const execute = promisify(execFile)

export interface FfmpegOptions {
  /** Configured programs, each a path or a name on PATH; they take precedence and must run. */
  readonly ffmpegPath?: string | undefined
  readonly ffprobePath?: string | undefined
  /** Whether the old builds that npm installs are acceptable; default true. */
  readonly allowEmbedded?: boolean
}

export interface Ffmpeg {
  /** Absolute. */
  readonly ffmpegPath: string
  /** Absolute. */
  readonly ffprobePath: string
  /** Where the programs come from, for the log. */
  readonly source: string
}

interface Program {
  readonly path: string
  readonly source: string
  readonly isOld?: boolean
}

/**
 * Finds an ffmpeg and an ffprobe that run: the configured ones, those on PATH, or the builds of the npm packages
 * `@ffmpeg-installer/ffmpeg` and `@ffprobe-installer/ffprobe`.
 *
 * @throws Error with one line that names the environment variable to set
 */
export async function findFfmpeg({ ffmpegPath, ffprobePath, allowEmbedded = true }: FfmpegOptions): Promise<Ffmpeg> {
  const [ffmpeg, ffprobe] = await Promise.all([
    find('ffmpeg', ffmpegPath, allowEmbedded),
    find('ffprobe', ffprobePath, allowEmbedded),
  ])
  const source = `${ffmpeg.source}, ${ffprobe.source}`
  const advice = ffmpeg.isOld ? `; ${upgradeAdvice}` : ''
  return { ffmpegPath: ffmpeg.path, ffprobePath: ffprobe.path, source: `${source}${advice}` }
}

/** What the operator gains by installing ffmpeg. */
const upgradeAdvice =
  'installing ffmpeg (5.1 or newer) brings later security fixes, faster AV1 decoding, and TrueHD in MP4'

/** The builds of the npm packages, regardless of installed ones; null where there are none for this platform. */
export async function findNpmFfmpeg(): Promise<Pick<Ffmpeg, 'ffmpegPath' | 'ffprobePath'> | null> {
  const [ffmpeg, ffprobe] = await Promise.all([findEmbedded('ffmpeg'), findEmbedded('ffprobe')])
  return ffmpeg && ffprobe ? { ffmpegPath: ffmpeg.path, ffprobePath: ffprobe.path } : null
}

type ProgramName = 'ffmpeg' | 'ffprobe'

async function find(name: ProgramName, configured: string | undefined, allowEmbedded: boolean): Promise<Program> {
  const variable = `${name.toUpperCase()}_PATH`
  if (configured !== undefined) {
    const path = configured.includes(sep) ? resolve(configured) : await findProgram(configured)
    if (path !== undefined && (await runs(path))) return { path, source: `configured ${path}` }
    throw new Error(`${variable} is set to ${configured}, which does not run on this machine.`)
  }
  const installed = await findProgram(name)
  if (installed !== undefined && (await runs(installed))) return { path: installed, source: installed }
  const embedded = allowEmbedded ? await findEmbedded(name) : undefined
  if (embedded) return embedded
  throw new Error(`No working ${name} was found on this machine: install it, or set ${variable}.`)
}

async function findEmbedded(name: ProgramName): Promise<Program | undefined> {
  try {
    const build = await findBuild(name)
    const path = await prepare(build.path).catch(() => copyAndPrepare(name, build))
    return { path, source: `${name} ${build.version} from npm`, isOld: true }
  } catch {
    // The packages throw on unknown platforms.
    return undefined
  }
}

interface Build {
  readonly path: string
  readonly version: string
}

async function findBuild(name: ProgramName): Promise<Build> {
  const { default: build } = await (name === 'ffmpeg'
    ? import('@ffmpeg-installer/ffmpeg')
    : import('@ffprobe-installer/ffprobe'))
  return build
}

async function prepare(path: string): Promise<string> {
  await makeExecutable(path)
  if (await runs(path)) return path
  throw new Error(`${path} does not run.`)
}

async function copyAndPrepare(name: ProgramName, { path, version }: Build): Promise<string> {
  const program = basename(path)
  return useTemporaryCopy(path, `embedded-${name}-${version}`, program, (folder) => prepare(join(folder, program)))
}

async function runs(path: string): Promise<boolean> {
  return execute(path, ['-version'], { timeout: 10_000 }).then(
    () => true,
    () => false,
  )
}
