import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { makeClip } from '../clips.ts'
import type { RestAnswer, RestBody, RestClient } from '../rest-client.ts'

/** What the checklist of the mobile contract runs on: a running system, through its REST server only. */
export interface Stage {
  readonly client: RestClient
  /** For changes that a client could not make within the time of a test. */
  readonly databaseUrl: string
  readonly maxUploadBytes: number
}

/** Returns the stage once it is set up; the checklist is declared before that. */
export type StageProvider = () => Stage

/** The query parameters of a call. */
export type Query = Readonly<Record<string, string | number>>

/** A user with an account, whose calls carry their token. */
export interface Actor {
  readonly id: number
  readonly name: string
  readonly token: string
  get(path: string, query?: Query): Promise<RestBody>
  post(path: string, query?: Query): Promise<RestBody>
  /** Publishes a small clip; resolves to its id. */
  publishes(title?: string): Promise<number>
}

/** A unique name, also across runs. */
export function newName(prefix = 'name'): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`
}

/** Registers a user with a new name. */
export async function enter({ client }: Stage, prefix?: string): Promise<Actor> {
  const name = newName(prefix)
  const entry = await succeed(client.post('/douyin/user/register/', { username: name, password: name }))
  const actor: Actor = {
    id: entry.user_id,
    name,
    token: entry.token,
    get: async (path, query) => (await client.get(path, { ...query, token: entry.token })).body,
    post: async (path, query) => (await client.post(path, { ...query, token: entry.token })).body,
    async publishes(title = '') {
      const clip = await readFile(await makeClip({}))
      const parts = [
        { name: 'data', fileName: 'clip.mp4', content: clip },
        { name: 'token', content: entry.token },
        { name: 'title', content: title },
      ]
      await succeed(client.call('POST', '/douyin/publish/action/', { parts }))
      const { video_list: videos } = await actor.get('/douyin/publish/list/')
      return Number(videos[0]?.id)
    },
  }
  return actor
}

/** Repeats a read until it returns the expected value: others see a change within a second, its author at once. */
export async function soon<Value>(ask: () => Promise<Value>, wanted: unknown): Promise<void> {
  await expect.poll(ask, { timeout: 60_000, interval: 20 }).toMatchObject(wanted as object)
}

/** The body of an answer that must be a success. */
export async function succeed(answering: Promise<RestAnswer> | Promise<RestBody>): Promise<RestBody> {
  const body = bodyOf(await answering)
  expect(body).toMatchObject({ status_code: 0, status_msg: 'success' })
  return body
}

/** The body of an answer that must be a failure: a code other than 0, and a message without technical details. */
export async function fail(answering: Promise<RestAnswer> | Promise<RestBody>): Promise<RestBody> {
  const body = bodyOf(await answering)
  expect(body.status_code).toBeGreaterThan(0)
  expect(body.status_msg).toMatch(/^\P{C}{2,100}$/u)
  expect(body.status_msg).not.toMatch(/error|exception|localhost|127\.0\.0|select |insert |\bat \//i)
  return body
}

function bodyOf(answer: RestAnswer | RestBody): RestBody {
  return 'body' in answer ? answer.body : answer
}

/** A user's profile as seen by another user or an anonymous caller. */
export async function profileOf({ id }: { readonly id: number }, viewer: Actor | Stage) {
  const body = 'client' in viewer ? await anonymously(viewer, id) : await viewer.get('/douyin/user/', { user_id: id })
  return (await succeed(Promise.resolve(body))).user
}

async function anonymously({ client }: Stage, userId: number): Promise<RestBody> {
  return (await client.get('/douyin/user/', { user_id: userId })).body
}
