import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { makeClip } from '../clips.ts'
import type { RestAnswer, RestBody, RestClient } from '../rest-client.ts'

/** What the checklist of the mobile contract acts on: a running system, seen through its REST door alone. */
export interface Stage {
  readonly client: RestClient
  /** For what no client could bring about in a test's time. */
  readonly databaseUrl: string
  readonly maxUploadBytes: number
}

/** Hands out the stage once it stands; the checklist is written down before. */
export type StageDoor = () => Stage

/** What a call carries in its query. */
export type Query = Readonly<Record<string, string | number>>

/** Somebody with an account, and with calls that carry his token. */
export interface Actor {
  readonly id: number
  readonly name: string
  readonly token: string
  get(path: string, query?: Query): Promise<RestBody>
  post(path: string, query?: Query): Promise<RestBody>
  /** Publishes a small clip; answers its id. */
  publishes(title?: string): Promise<number>
}

/** A name that nobody has, in this run or another. */
export function newName(prefix = 'name'): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`
}

/** Registers somebody under a new name. */
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

/** What is asked for until it is as it has to be: others see a change within a second, who made it at once. */
export async function soon<Value>(ask: () => Promise<Value>, wanted: unknown): Promise<void> {
  await expect.poll(ask, { timeout: 60_000, interval: 20 }).toMatchObject(wanted as object)
}

/** The body of an answer that has to be a success. */
export async function succeed(answering: Promise<RestAnswer> | Promise<RestBody>): Promise<RestBody> {
  const body = bodyOf(await answering)
  expect(body).toMatchObject({ status_code: 0, status_msg: 'success' })
  return body
}

/** The body of an answer that has to be a failure: a number that is not 0, and a sentence without anything technical. */
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

/** Somebody as another one, or nobody, sees him. */
export async function profileOf({ id }: { readonly id: number }, viewer: Actor | Stage) {
  const body = 'client' in viewer ? await anonymously(viewer, id) : await viewer.get('/douyin/user/', { user_id: id })
  return (await succeed(Promise.resolve(body))).user
}

async function anonymously({ client }: Stage, userId: number): Promise<RestBody> {
  return (await client.get('/douyin/user/', { user_id: userId })).body
}
