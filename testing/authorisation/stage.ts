import { openAsBlob } from 'node:fs'
import pg from 'pg'
import { readEnvironment } from '../../platform/runtime/environment.ts'
import { createLogger } from '../../platform/runtime/logger.ts'
import { login } from '../../start/people.ts'
import { runAccountCommand } from '../../start/account-commands.ts'
import type { VideoTables } from '../../db/ownership.ts'
import { openDatabase } from '../../platform/postgres/database.ts'
import { createTitleRepository } from '../../subgraphs/video/titles/repository.ts'
import { makeClip } from '../clips.ts'
import { bootNetwork, type Network, type TestPerson } from '../network.ts'
import type { Actor } from './matrix.ts'

type SignedIn = Exclude<Actor, 'anonymous'>

/** A system with all actors of the matrix and the objects of their operations. Objects are created anew for each caller. */
export interface Stage extends AsyncDisposable {
  readonly network: Network
  readonly people: Readonly<Record<SignedIn, TestPerson>>
  /** A user whom the owner follows, talks to, and has muted. */
  readonly friend: TestPerson
  readonly muted: TestPerson
  /** A video of the owner with its file. */
  readonly published: string
  /** An unused id. */
  readonly newId: () => string
  /** A user unrelated to everyone. */
  readonly passerBy: () => Promise<string>
  /** A video without a file; by default of the owner, and READY. */
  readonly video: (columns?: Readonly<Record<string, string | number>>) => Promise<string>
  /** Makes what is in titles found. */
  readonly readTitles: () => Promise<unknown>
  /** An upload of the owner with its file. */
  readonly upload: () => Promise<string>
  /** The token of another session. */
  readonly signsInAgain: (actor: SignedIn) => Promise<string>
  /** Signs in an actor whose sessions have all ended. */
  readonly returns: (actor: SignedIn) => Promise<void>
  /** The refresh token of another session; for the banned user, the one from before. */
  readonly refreshTokenOf: (actor: SignedIn) => Promise<string>
  readonly sql: (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>
}

/**
 * Sets up the stage: the owner has blocked one user and muted another, an operator has made one user an administrator, who has
 * banned one.
 */
export async function setStage(): Promise<Stage> {
  const network = await bootNetwork()
  const database = new pg.Client(network.databaseUrl)
  await database.connect()
  const sql: Stage['sql'] = async (text, values = []) =>
    (await database.query<Record<string, unknown>>(text, [...values])).rows
  const enter = (name: string): Promise<TestPerson> => network.person(name)
  const people = {
    other: await enter('other'),
    owner: await enter('owner'),
    blocked: await enter('blocked'),
    banned: await enter('banned'),
    admin: await enter('admin'),
  }
  const { owner, admin, banned } = people
  const [friend, muted] = [await enter('friend'), await enter('muted')]
  const environment = readEnvironment({ DATABASE_URL: network.databaseUrl })
  await runAccountCommand(environment, 'grant-admin', [admin.name], () => undefined, createLogger('silent', 'test'))
  const toUser = (mutation: string) => `mutation ($id: ID!) { ${mutation}(input: { userId: $id }) { user { id } } }`
  await owner.asks(toUser('blockUser'), { id: people.blocked.id })
  await owner.asks(toUser('muteUser'), { id: muted.id })
  await owner.follows(friend)
  await owner.says(friend, 'a word between friends')
  const ban =
    'mutation ($id: ID!) { banUser(input: { userId: $id, reason: "a secret of administrators" }) { user { id } } }'
  await banned.asks('{ viewer { id } }')
  const refreshTokenOf = async ({ name }: TestPerson): Promise<string> => {
    const login = 'mutation ($name: String!) { login(input: { name: $name, password: "password" }) { refreshToken } }'
    return (await friend.asks<{ login: { refreshToken: string } }>(login, { name })).login.refreshToken
  }
  const refreshTokenFromBefore = await refreshTokenOf(banned)
  await admin.asks(ban, { id: banned.id })

  let lastId = 0
  const newId = (): string => String(++lastId)
  return {
    network,
    people,
    friend,
    muted,
    published: await owner.publishes('published'),
    newId,
    async passerBy() {
      const id = newId()
      await sql(`insert into "user".accounts (id, name, password_hash) values ($1, $2, '')`, [id, `passer-by ${id}`])
      return id
    },
    async video(columns = {}) {
      const id = newId()
      const values = { ...aVideo, id, author_id: owner.id, published_at: new Date(Number(id)), ...columns }
      const names = Object.keys(values)
      const places = names.map((_, index) => `$${index + 1}`)
      await sql(`insert into video.videos (${names.join()}) values (${places.join()})`, Object.values(values))
      return id
    },
    readTitles: () => readTitles(network.databaseUrl),
    async upload() {
      const form = 'mutation { createUpload { uploadId url fields { name value } } }'
      const { createUpload: upload } = await people.owner.asks<{ createUpload: UploadForm }>(form)
      const body = new FormData()
      for (const { name, value } of upload.fields) body.append(name, value)
      body.append('file', await openAsBlob(await makeClip({})))
      await fetch(upload.url, { method: 'POST', body })
      return upload.uploadId
    },
    async returns(actor) {
      const person = await login(network, people[actor].name, 'password')
      people[actor] = {
        ...person,
        publishes: async (title, path) => person.publishes(title, path ?? (await makeClip({}))),
      }
    },
    refreshTokenOf: async (actor) => (actor === 'banned' ? refreshTokenFromBefore : refreshTokenOf(people[actor])),
    signsInAgain: async (actor) => (await login(network, people[actor].name, 'password')).token,
    sql,
    async [Symbol.asyncDispose]() {
      await database.end()
      await network[Symbol.asyncDispose]()
    },
  }
}

async function readTitles(url: string): Promise<void> {
  const db = openDatabase<VideoTables>({ url, schema: 'video', poolSize: 1, onConnectionError: () => undefined })
  await createTitleRepository(db).readUnread()
  await db.destroy()
}

interface UploadForm {
  readonly uploadId: string
  readonly url: string
  readonly fields: readonly { readonly name: string; readonly value: string }[]
}

const aVideo = {
  title: 'a video',
  play_key: 'p',
  cover_key: 'c',
  content_type: 'video/mp4',
  byte_size: 1,
  duration_ms: 1_000,
  width: 9,
  height: 16,
}
