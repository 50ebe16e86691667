import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { Client } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRunning } from '../embedded/processes/identity.ts'
import { register, type ServerUrls, type Person } from '../start/people.ts'
import { startCluster, type Cluster } from './cluster.ts'
import { createTestDatabase } from './database.ts'
import { goLive, type Live } from './live.ts'
import { serviceSettings } from './network.ts'
import { insertVideo } from './social.ts'
import { startProcess } from './system-process.ts'
import { patience } from './waiting.ts'

let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'short-video-processes-'))
})

afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true })
})

describe('two processes behind one port', { timeout: 90_000 }, () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  let cluster: Cluster
  let alice: Person
  const videoId = '1'
  const comment = `mutation { addComment(input: { videoId: ${videoId}, content: "nice" }) { comment { id } } }`

  beforeAll(async () => {
    database = await createTestDatabase()
    cluster = await startCluster({ ...serviceSettings(database.url), DATA_DIR: dataDir })
    alice = await register(cluster, 'alice', 'password')
    const facts = new pg.Client(database.url)
    await facts.connect()
    await insertVideo(facts, videoId, alice.id)
    await facts.end()
  })

  afterAll(async () => {
    await cluster[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  })

  /** Writes a comment over a connection; returns the id generator of its process, which identifies the process. */
  async function generatorBehind(connection: Client): Promise<number> {
    const { addComment } = await send<WrittenComment>(connection, comment, alice.token)
    return generatorOf(addComment.comment.id)
  }

  /** A connection to each process. */
  async function connectToEach(): Promise<readonly [Client, Client]> {
    const found = new Map<number, Client>()
    await expect
      .poll(async () => {
        const connection = new Client(new URL(cluster.graphqlUrl).origin, { bodyTimeout: 5_000, headersTimeout: 5_000 })
        const generator = await generatorBehind(connection)
        await found.get(generator)?.close()
        return found.set(generator, connection).size
      })
      .toBe(2)
    return [...found.values()] as [Client, Client]
  }

  /** A socket of the person to each process. */
  async function socketsToEach(person: Person): Promise<readonly Live[]> {
    const found = new Map<number, Live>()
    await expect
      .poll(async () => {
        const live = await goLive(cluster, person)
        const { data } = await live.asks(comment)
        const generator = generatorOf((data as WrittenComment).addComment.comment.id)
        await found.get(generator)?.[Symbol.asyncDispose]()
        return found.set(generator, live).size
      }, patience)
      .toBe(2)
    return [...found.values()]
  }

  it('serve by turns', async () => {
    expect(cluster.pids()).toHaveLength(2)
    const [one, other] = await connectToEach()
    for (let turn = 0; turn < 3; turn++) {
      expect(await generatorBehind(one)).not.toBe(await generatorBehind(other))
    }
    await Promise.all([one.close(), other.close()])
  })

  it('both know at once that a session was revoked through one of them', async () => {
    const bob = await register(cluster, 'bob', 'password')
    const [one, other] = await connectToEach()
    const whoAmI = '{ viewer { name } }'
    for (const connection of [one, other])
      expect(await send(connection, whoAmI, bob.token)).toEqual({ viewer: { name: 'bob' } })
    await send(one, 'mutation { logout { sessionId } }', bob.token)
    // Long before the ten seconds for which a cached session is trusted without events.
    for (const connection of [one, other]) {
      await expect.poll(() => errorOf(connection, whoAmI, bob.token), { timeout: 3_000 }).toBe('UNAUTHENTICATED')
    }
    await Promise.all([one.close(), other.close()])
  })

  it('both tell of typing and presence, which are stored nowhere', async () => {
    const carol = await register(cluster, 'carol', 'password')
    const dan = await register(cluster, 'dan', 'password')
    const connections = await connectToEach()
    await send(
      connections[0],
      `mutation { sendMessage(input: { toUserId: ${carol.id}, content: "hi" }) { message { id } } }`,
      dan.token,
    )
    const isOnline = `{ conversation(userId: ${carol.id}) { participantIsOnline } }`
    const seenOnline = () => Promise.all(connections.map((connection) => send(connection, isOnline, dan.token)))
    expect(await seenOnline()).toEqual(connections.map(() => ({ conversation: { participantIsOnline: false } })))
    const sockets = await socketsToEach(carol)
    for (const socket of sockets) socket.subscribes()
    // Behind what came from the other process, the subscription has begun.
    await send(
      connections[0],
      `mutation { sendMessage(input: { toUserId: ${carol.id}, content: "there?" }) { message { id } } }`,
      dan.token,
    )
    for (const socket of sockets) await socket.hears('there?')
    expect(await seenOnline()).toEqual(connections.map(() => ({ conversation: { participantIsOnline: true } })))
    await send(connections[0], `mutation { sendTyping(input: { toUserId: ${carol.id} }) { __typename } }`, dan.token)
    const typed = ({ events }: Live) => events.filter(({ __typename: type }) => type === 'Typing')
    for (const socket of sockets)
      await expect.poll(() => typed(socket), patience).toMatchObject([{ user: { id: dan.id } }])
    await Promise.all(
      [...sockets, ...connections].map((each) => ('close' in each ? each.close() : each[Symbol.asyncDispose]())),
    )
  })

  it('go on when one is killed, which is replaced', async () => {
    const [victim = 0, survivor = 0] = cluster.pids()
    process.kill(victim, 'SIGKILL')
    // In round-robin, one connection may still be given to the victim, which never accepts it.
    for (const _ of [victim, survivor]) await tryToRead(cluster)
    const answered: boolean[] = []
    await expect
      .poll(async () => answered.push(await tryToRead(cluster)) && cluster.pids().at(-1), { timeout: 60_000 })
      .not.toBe(survivor)
    expect(answered).not.toContain(false)
    expect(isRunning(victim)).toBe(false)
    const [one, other] = await connectToEach()
    await Promise.all([one.close(), other.close()])
  })

  it('come back at the same doors when both are killed at once', async () => {
    const before = cluster.pids()
    for (const pid of before.slice(-2)) process.kill(pid, 'SIGKILL')
    await expect.poll(() => cluster.pids().length, { timeout: 60_000 }).toBe(before.length + 2)
    expect(await tryToRead(cluster)).toBe(true)
  })

  it('end with the process that started them, even when that one is killed', async () => {
    const pids = cluster.pids().slice(-2)
    expect(pids.every(isRunning)).toBe(true)
    cluster.system.child.kill('SIGKILL')
    await expect.poll(() => pids.some(isRunning), { timeout: 60_000 }).toBe(false)
  })
})

describe('npm start with two processes and embedded services', { timeout: 90_000 }, () => {
  const freePorts = { HOST: '127.0.0.1', REST_PORT: '0', GRAPHQL_PORT: '0', OBJECT_STORE_PORT: '0' }

  it('stops cleanly and leaves no process', async () => {
    await using cluster = await startCluster({ ...freePorts, LOG_LEVEL: 'error', DATA_DIR: dataDir })
    expect(cluster.system.lines.filter((line) => line.startsWith('postgres:'))).toHaveLength(1)
    expect(await tryToRead(cluster)).toBe(true)
    const pids = cluster.pids()
    expect(pids).toHaveLength(2)
    cluster.system.child.kill('SIGINT')
    expect(await cluster.system.ended).toEqual({ code: 0, stderr: '' })
    expect(pids.some(isRunning)).toBe(false)
  })

  it('says in one line why its processes cannot start', async () => {
    const objectStore = { MINIO_ENDPOINT: 'http://127.0.0.1:1', MINIO_ACCESS_KEY: 'key', MINIO_SECRET_KEY: 'secret' }
    const settings = { ...freePorts, ...objectStore, LOG_LEVEL: 'silent', DATA_DIR: dataDir, PROCESSES: '2' }
    await using system = startProcess('all', settings)
    expect(await system.ended).toEqual({ code: 1, stderr: 'MINIO_ENDPOINT: Nothing answers at 127.0.0.1:1.\n' })
  })
})

interface WrittenComment {
  readonly addComment: { readonly comment: { readonly id: string } }
}

/** The five generator bits of an id (decision 2). */
function generatorOf(id: string): number {
  return Math.floor(Number(id) / 128) % 32
}

interface Answer {
  readonly data?: unknown
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
}

async function execute(connection: Client, query: string, token: string): Promise<Answer> {
  const { body } = await connection.request({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  })
  return (await body.json()) as Answer
}

async function send<Data>(connection: Client, query: string, token: string): Promise<Data> {
  const { data, errors } = await execute(connection, query, token)
  expect(errors).toBeUndefined()
  return data as Data
}

async function errorOf(connection: Client, query: string, token: string): Promise<string | undefined> {
  return (await execute(connection, query, token)).errors?.[0]?.extensions.code
}

/** Whether the feed is answered on a new connection. */
async function tryToRead({ restUrl }: ServerUrls): Promise<boolean> {
  // A connection that was given to a process when it was killed is never answered.
  const connection = new Client(restUrl, { headersTimeout: 2_000 })
  try {
    const { statusCode } = await connection.request({ method: 'GET', path: '/douyin/feed/' })
    return statusCode === 200
  } catch {
    return false
  } finally {
    await connection.destroy()
  }
}
