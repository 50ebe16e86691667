import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { openObjectStore } from '../../../platform/storage/object-store.ts'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'
import { defaultAvatarKey, defaultBackgroundKey } from './default-pictures.ts'

let user: UserSubgraph
beforeAll(async () => {
  user = await startUserSubgraph()
})
afterAll(() => user[Symbol.asyncDispose]())

interface Profile {
  avatar: string
  backgroundImage: string
  signature: string
}

const profile = '{ viewer { avatar backgroundImage signature } }'
const sign = 'mutation ($signature: String) { updateProfile(input: { signature: $signature }) { user { signature } } }'

it('has pictures and a signature from the beginning, and really serves them', async () => {
  const alice = await registers(user.subgraph, 'alice')

  const { viewer } = await ask<{ viewer: Profile }>(user.subgraph, alice, profile)

  expect(viewer.signature).toBe('这个人很神秘，什么都没有写。')
  for (const url of [viewer.avatar, viewer.backgroundImage]) {
    const response = await fetch(url)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 3)
        .toString('hex'),
    ).toBe('ffd8ff')
  }
})

it('serves every picture that a person may begin with', async () => {
  const { url } = inject('services').objectStore
  const ids = Array.from({ length: 200 }, (_, index) => String(1_000_000 * 4_096 + index * 4_096))
  const keys = new Set(ids.flatMap((id) => [defaultAvatarKey(id), defaultBackgroundKey(id)]))
  expect(keys.size).toBe(12)

  const statuses = await Promise.all([...keys].map(async (key) => (await fetch(`${url}/media/${key}`)).status))

  expect(statuses).toEqual(Array(12).fill(200))
})

it('gives a person the same pictures each time', () => {
  expect(defaultAvatarKey('247309846237184')).toBe(defaultAvatarKey('247309846237184'))
})

it('names pictures by the address under which the caller came when the store has none of its own', async () => {
  const objectStore = openObjectStore(inject('services').objectStore)
  await using proxied = await startUserSubgraph({ objectStore })
  const bob = await registers(proxied.subgraph, 'bob')

  const { viewer } = await ask<{ viewer: Profile }>(proxied.subgraph, bob, profile)

  expect(viewer.avatar).toMatch(/^http:\/\/clients\.test\/media\/defaults\/avatar-[1-8]\.jpg$/)
})

it('changes the signature, and brings the default back for an empty one', async () => {
  const carol = await registers(user.subgraph, 'carol')
  const signs = async (signature: string | null) =>
    (await ask<{ updateProfile: { user: Profile } }>(user.subgraph, carol, sign, { signature })).updateProfile.user

  expect(await signs('  天天向上 🎬 ')).toEqual({ signature: '天天向上 🎬' })
  expect(await signs(null)).toEqual({ signature: '天天向上 🎬' })
  expect(await signs('字'.repeat(200))).toEqual({ signature: '字'.repeat(200) })
  expect(await signs(' ')).toEqual({ signature: '这个人很神秘，什么都没有写。' })
})

it('refuses a signature of more than 200 characters or with what cannot be stored', async () => {
  const dave = await registers(user.subgraph, 'dave')

  for (const signature of ['字'.repeat(201), 'nu\0l']) {
    expect(await refusal(user.subgraph, dave, sign, { signature })).toMatchObject({ code: 'BAD_USER_INPUT' })
  }
  expect(await refusal(user.subgraph, anonymous, sign, { signature: 'x' })).toMatchObject({ code: 'UNAUTHENTICATED' })
})
