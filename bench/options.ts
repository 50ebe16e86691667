import { parseArgs } from 'node:util'
import { topologies, type Topology } from './system/topologies.ts'

const subjects = ['routes', 'growth', 'start', 'costliest', 'fairness', 'realtime', 'discovery'] as const

/** The options of `npm run bench`. */
export interface Options {
  /** Hot routes, the cost of growth, the start, the most expensive operation, fairness, realtime, or discovery. */
  readonly subject: (typeof subjects)[number]
  /** The duration of measuring and of warming up each route. */
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly connections: number
  /** Requests per second; null for a closed loop. */
  readonly rate: number | null
  /** Of the data set, and of the one it is compared with when growth is measured. */
  readonly videos: number
  readonly grownVideos: number
  /** Part of the names of the routes to measure. */
  readonly only: string
  readonly topologies: readonly Topology[]
  readonly report: boolean
  /** Whether the processes of the system record CPU profiles. */
  readonly profile: boolean
  /** The duration of the search for the most expensive operation, and its seed. */
  readonly searchSeconds: number
  readonly seed: number
  /** Of realtime: how many sockets are idle, and how many events are delivered. */
  readonly sockets: number
  readonly events: number
}

/** The usage text. */
export const usage = `npm run bench [-- subject] [options]
  routes             the subject when none is named: each hot route under load
  growth             what a page or a write costs when there is more of everything
  start              how long npm start takes on existing data, and what the system takes when it has nothing to do
  fairness           what others notice of idle, slow and greedy clients
  discovery          search, topics, followed users, trends, recommendations and views over --grown videos, statement by statement
  realtime           what idle sockets cost, and how soon and at what cost messages reach them
  costliest          searches for the most expensive operation that is let through

  --seconds 4        for how long each route is measured; --seconds 600 --only mix shows whether memory stays flat
  --warm-up 2        for how long it is warmed up before, in seconds; the first one is reported as cold
  --connections 64   of the load generator
  --open RATE        send RATE requests a second whether answers come or not
  --videos 10000     the size of the data set: ten likes to a video, a hundred videos to a person at most
  --grown 1000000    the size of the larger data set of growth
  --search 60        for how long the most expensive operation is searched for, in seconds
  --seed 1           of the generator of operations
  --sockets 5000     how many idle sockets realtime opens; at most ten for each of 500 users
  --events 1000000   how many events realtime counts in the end: messages to ten sockets each
  --only TEXT        only routes with TEXT in their names
  --topologies one   of ${topologies.map(({ name }) => name).join(', ')}, with commas between
  --profile          tell where the time goes; needs some of it itself
  --report           all subjects and topologies, then write bench/REPORT.md and bench/report.svg`

/** A mistake in the command line; the message is for the user. */
export class WrongOption extends Error {}

/** @throws WrongOption */
export function readOptions(commandLine: readonly string[]): Options {
  const values = parse(commandLine)
  const { report } = values
  const subject = subjects.find((name) => name === values.subject)
  if (subject === undefined) throw new WrongOption(`“${values.subject}” cannot be measured.`)
  if (report && subject !== 'routes') throw new WrongOption('--report is about all subjects.')
  if (report && (values.open !== undefined || values.profile)) {
    throw new WrongOption('--report is about a closed loop without --open and --profile.')
  }
  const names = values.topologies?.split(',') ?? (report ? topologies.map(({ name }) => name) : ['one'])
  return {
    subject,
    seconds: number('seconds', values.seconds, 1),
    warmUpSeconds: number('warm-up', values['warm-up'], 1),
    connections: number('connections', values.connections, 1),
    rate: values.open === undefined ? null : number('open', values.open, 1),
    videos: number('videos', values.videos, 1_000),
    grownVideos: number('grown', values.grown, 1_000),
    only: values.only,
    topologies: names.map(topologyOf),
    report,
    profile: values.profile,
    searchSeconds: number('search', values.search, 1),
    seed: number('seed', values.seed, 0),
    sockets: number('sockets', values.sockets, 1),
    events: number('events', values.events, 10),
  }
}

function parse(commandLine: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...commandLine],
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: '4' },
        'warm-up': { type: 'string', default: '2' },
        connections: { type: 'string', default: '64' },
        open: { type: 'string' },
        videos: { type: 'string', default: '10000' },
        grown: { type: 'string', default: '1000000' },
        search: { type: 'string', default: '60' },
        seed: { type: 'string', default: '1' },
        sockets: { type: 'string', default: '5000' },
        events: { type: 'string', default: '1000000' },
        only: { type: 'string', default: '' },
        topologies: { type: 'string' },
        profile: { type: 'boolean', default: false },
        report: { type: 'boolean', default: false },
      },
    })
    return { ...values, subject: positionals.join(' ') || 'routes' }
  } catch (error) {
    throw new WrongOption((error as Error).message)
  }
}

function number(name: string, text: string, least: number): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < least) {
    throw new WrongOption(`--${name} must be a whole number of at least ${least}, not “${text}”.`)
  }
  return value
}

function topologyOf(name: string): Topology {
  const topology = topologies.find((one) => one.name === name)
  if (!topology) throw new WrongOption(`There is no topology “${name}”.`)
  return topology
}
