import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { Agent, request } from 'undici'
import { isRunning } from '../../embedded/processes/identity.ts'
import { callerHeader, signCaller } from '../../platform/auth/caller.ts'
import { register } from '../../start/people.ts'
import { signedIn } from '../callers.ts'
import { startCluster } from '../cluster.ts'
import { startProcess, type SystemProcess } from '../system-process.ts'
import type { Target } from '../storm.ts'
import { randomOfRun } from '../random.ts'

/** Processes that write, two at a time: a killed one is replaced. */
export interface Killable extends Target, AsyncDisposable {
  /** Kills a random serving one, like `kill -9`; false when none serves at the moment. */
  kill(): boolean
}

/** The settings that processes need, and their database. */
type Start = (settings: Readonly<Record<string, string>>, sql: pg.Client) => Promise<Killable>

/** How long a client waits, because a killed process may never answer. */
const patienceMs = 5_000

/** Everything, as `npm start` runs it in two processes, through the GraphQL server. */
export const startEverything: Start = async (settings) => {
  const cluster = await startCluster(settings)
  const names = Array.from({ length: 12 }, (_, index) => `person ${index}`)
  const people = await Promise.all(names.map((name) => register(cluster, name, 'password')))
  const tokens = new Map(people.map(({ id, token }) => [id, token]))
  const client = openClient()
  return {
    people: [...tokens.keys()],
    send: (userId, query, variables) =>
      client.post(cluster.graphqlUrl, { authorization: `Bearer ${tokens.get(userId) ?? ''}` }, { query, variables }),
    kill() {
      const [victim] = shuffled(cluster.pids().filter(isRunning))
      return victim !== undefined && process.kill(victim, 'SIGKILL')
    },
    async [Symbol.asyncDispose]() {
      await client.close()
      await cluster[Symbol.asyncDispose]()
    },
  }
}

/** The social subgraph alone, in two processes that do not know each other. */
export const startSocialAlone: Start = async (settings, sql) => {
  const people = Array.from({ length: 12 }, (_, index) => String(index + 1_000))
  await sql.query(`insert into "user".accounts select id, 'person ' || id, '' from unnest($1::bigint[]) as id`, [
    people,
  ])
  const callerSecret = randomBytes(32).toString('base64url')
  const places = [1, 2].map(() => createSocialCache({ ...settings, CALLER_SECRET: callerSecret }))
  await Promise.all(places.map((place) => place.ready()))
  const client = openClient()
  return {
    people,
    send(userId, query, variables) {
      const [url] = shuffled(places).flatMap((place) => place.url() ?? [])
      if (url === undefined) return Promise.reject(Object.assign(new Error('nobody serves'), { code: 'ECONNREFUSED' }))
      return client.post(url, { [callerHeader]: signCaller(callerSecret, signedIn(userId)) }, { query, variables })
    },
    kill() {
      const [victim] = shuffled(places).filter((place) => place.url() !== undefined)
      victim?.kill()
      return victim !== undefined
    },
    async [Symbol.asyncDispose]() {
      await client.close()
      await Promise.all(places.map((place) => place.stop()))
    },
  }
}

/** A social process, and a new one whenever it is killed. */
function createSocialCache(settings: Readonly<Record<string, string>>) {
  let url: string | undefined
  let [process, ready] = start()

  function start(): [SystemProcess, Promise<void>] {
    const started = startProcess('social', settings)
    const listening = started.line(/ listens on /).then((line) => {
      url = `${line.split(' listens on ')[1] ?? ''}/graphql`
    })
    return [started, listening]
  }

  return {
    ready: () => ready,
    /** Its address; undefined while the next one starts. */
    url: () => url,
    kill() {
      url = undefined
      process.child.kill('SIGKILL')
      ;[process, ready] = start()
    },
    async stop() {
      await ready
      await process[Symbol.asyncDispose]()
    },
  }
}

/** An HTTP client that sends operations over persistent connections. */
export function openClient() {
  const agent = new Agent({ headersTimeout: patienceMs, bodyTimeout: patienceMs, connectTimeout: patienceMs })
  return {
    async post(url: string, headers: Readonly<Record<string, string>>, operation: unknown): Promise<unknown> {
      const { body } = await request(url, {
        method: 'POST',
        dispatcher: agent,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(operation),
      })
      const { data, errors } = (await body.json()) as { data?: unknown; errors?: unknown }
      return errors === undefined ? data : null
    },
    close: () => agent.destroy(),
  }
}

const random = randomOfRun()

function shuffled<Element>(list: readonly Element[]): Element[] {
  return list
    .map((element) => ({ element, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ element }) => element)
}
