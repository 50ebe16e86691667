import type { ServerUrls } from '../start/people.ts'
import { startProcess, type SystemProcess } from './system-process.ts'

/** A system of several processes behind one port, as `npm start` runs it. */
export interface Cluster extends ServerUrls, AsyncDisposable {
  readonly system: SystemProcess
  /** All processes that have served, in order of their start. */
  pids(): number[]
}

/** Starts two processes with exactly these settings; resolves when both serve. */
export async function startCluster(settings: Readonly<Record<string, string>>): Promise<Cluster> {
  const system = startProcess('all', { PROCESSES: '2', SEED: 'false', ...settings })
  const url = async (door: string): Promise<string> =>
    (await system.line(new RegExp(`^ +${door} +http`))).trim().split(/\s+/)[1] ?? ''
  return {
    restUrl: new URL(await url('REST')).origin,
    graphqlUrl: await url('GraphQL'),
    system,
    pids: () => system.lines.flatMap((line) => /^Process (\d+) serves/.exec(line)?.[1] ?? []).map(Number),
    [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
  }
}
