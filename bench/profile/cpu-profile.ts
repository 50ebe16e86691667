import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { namingSources, type CallFrame } from './sources.ts'

/** A profile as V8 writes it (Chrome DevTools Protocol, Profiler.Profile); times are monotonic microseconds. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: CallFrame
  }[]
  readonly startTime: number
  /** The node of each sample, and the time since the previous sample. */
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** A span of monotonic time in microseconds, on a clock shared by all processes of a machine. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The current time on that clock. */
export function monotonicMicroseconds(): number {
  return Number(process.hrtime.bigint() / 1_000n)
}

/** The environment variables with which a Node process writes its profile into a folder when it ends. */
export function profilingInto(folder: string): Record<string, string> {
  const recorder = new URL('recorder.ts', import.meta.url).href
  // Node does not accept --cpu-prof in this variable.
  return { NODE_OPTIONS: `--import tsx/esm --import ${recorder}`, PROFILE_FOLDER: folder }
}

/** The profiles in a folder. */
export async function readProfiles(folder: string): Promise<CpuProfile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'))
  const nameSource = namingSources()
  return Promise.all(
    names.map(async (name) => {
      const profile = JSON.parse(await readFile(join(folder, name), 'utf8')) as CpuProfile
      return { ...profile, nodes: profile.nodes.map(({ id, callFrame }) => ({ id, callFrame: nameSource(callFrame) })) }
    }),
  )
}

/** Where a process spent its time, as shares of its non-idle time, largest first. */
export function ranking({ nodes, startTime, samples, timeDeltas }: CpuProfile, span: Span, placeOf: PlaceOf): Share[] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]))
  const spent = new Map<string, number>()
  let time = startTime
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0
    time += delta
    const place = places.get(id)
    if (place === undefined || time < span.from || time > span.to) continue
    spent.set(place, (spent.get(place) ?? 0) + delta)
  }
  const total = [...spent.values()].reduce((sum, part) => sum + part, 0)
  return [...spent].map(([place, part]) => ({ place, share: part / total })).sort((a, b) => b.share - a.share)
}

export interface Share {
  readonly place: string
  readonly share: number
}

/** Names the place of a call frame; undefined for idle. */
export type PlaceOf = (frame: CallFrame) => string | undefined

/** The package or the project file of a frame. */
export const byModule: PlaceOf = ({ functionName, url }) => {
  if (functionName === '(idle)') return undefined
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)'
  const packageName = /^((?:@[^/]+\/)?[^/]+)/.exec(url.split('node_modules/').slice(1).at(-1) ?? '')?.[1]
  return packageName ?? withinProject(url)
}

/** The function, with its module. */
export const byFunction: PlaceOf = (frame) => {
  const module = byModule(frame)
  if (module === undefined || frame.url === '') return module === '(native)' ? frame.functionName : module
  return `${frame.functionName || '(anonymous)'} ${module}:${frame.lineNumber + 1}`
}

const project = new URL('../../', import.meta.url).href

function withinProject(url: string): string {
  return url.startsWith(project) ? url.slice(project.length) : url
}
