import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest'
import { openObjectStore, uploadBucket } from '../../../platform/storage/object-store.ts'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'

const objectStore = openObjectStore(inject('services').objectStore)
const jpeg = await readFile(new URL('defaults/avatar-1.jpg', import.meta.url))
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let user: UserSubgraph
let alice: Awaited<ReturnType<typeof registers>>
beforeAll(async () => {
  user = await startUserSubgraph()
})
afterAll(() => user[Symbol.asyncDispose]())

let people = 0
beforeEach(async () => {
  alice = await registers(user.subgraph, `alice-${++people}`)
})

interface Upload {
  uploadId: string
  url: string
  fields: { name: string; value: string }[]
  maxBytes: number
  expiresAt: string
}

const create = 'mutation { createPictureUpload { uploadId url fields { name value } maxBytes expiresAt } }'
const update = `mutation ($input: UpdateProfileInput!) {
  updateProfile(input: $input) { user { avatar backgroundImage signature } }
}`

async function prepares(caller = alice): Promise<Upload> {
  const data = await ask<{ createPictureUpload: Upload }>(user.subgraph, caller, create)
  return data.createPictureUpload
}

async function sends({ url, fields }: Upload, picture: Buffer): Promise<number> {
  const form = new FormData()
  for (const { name, value } of fields) form.append(name, value)
  form.append('file', new Blob([Uint8Array.from(picture)]), 'picture')
  const response = await fetch(url, { method: 'POST', body: form })
  await response.body?.cancel()
  return response.status
}

async function uploads(picture: Buffer, caller = alice): Promise<string> {
  const upload = await prepares(caller)
  expect(await sends(upload, picture)).toBeLessThan(300)
  return upload.uploadId
}

async function updates(input: Record<string, unknown>) {
  const data = await ask<{ updateProfile: { user: Record<'avatar' | 'backgroundImage' | 'signature', string> } }>(
    user.subgraph,
    alice,
    update,
    { input },
  )
  return data.updateProfile.user
}

function refused(input: Record<string, unknown>, caller = alice) {
  return refusal(user.subgraph, caller, update, { input })
}

it('becomes the profile picture as it was sent, for ever under its address', async () => {
  const avatarUploadId = await uploads(png)

  const { avatar } = await updates({ avatarUploadId })

  const response = await fetch(avatar)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('image/png')
  expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, s-maxage=3600, immutable')
  expect(Buffer.from(await response.arrayBuffer()).equals(png)).toBe(true)
})

it('leaves nothing behind and cannot be used twice', async () => {
  const avatarUploadId = await uploads(png)
  await updates({ avatarUploadId })

  expect(await objectStore.stat(uploadBucket, `pictures/${avatarUploadId}`)).toBeNull()
  expect(await user.sql('select * from picture_uploads')).toEqual([])
  expect(await refused({ avatarUploadId })).toMatchObject({ code: 'NOT_FOUND' })
})

it('changes both pictures and the signature together, and leaves out what was not asked for', async () => {
  const [avatarUploadId, backgroundUploadId] = [await uploads(png), await uploads(jpeg)]
  const changed = await updates({ avatarUploadId, backgroundUploadId, signature: 'hello' })
  expect(changed).toMatchObject({
    avatar: expect.stringMatching(/\/media\/pictures\/\d+\.png$/) as string,
    backgroundImage: expect.stringMatching(/\/media\/pictures\/\d+\.jpg$/) as string,
    signature: 'hello',
  })

  const again = await updates({ avatarUploadId: await uploads(jpeg) })

  expect(again).toEqual({ ...changed, avatar: expect.stringMatching(/\.jpg$/) as string })
  expect(await updates({})).toEqual(again)
})

it('tells how large a picture may be and how long there is time', async () => {
  const { maxBytes, expiresAt } = await prepares()

  expect(maxBytes).toBe(2 * 1024 * 1024)
  expect((Date.parse(expiresAt) - Date.now()) / 60_000).toBeCloseTo(15, 0)
})

it('is refused by the store when it is too large', async () => {
  const upload = await prepares()

  expect(await sends(upload, Buffer.concat([png, Buffer.alloc(upload.maxBytes)]))).toBe(400)
  expect(await refused({ avatarUploadId: upload.uploadId })).toMatchObject({ code: 'NOT_FOUND' })
})

it('is refused when it is not a picture, and nothing of the profile changes', async () => {
  const backgroundUploadId = await uploads(png)
  const avatarUploadId = await uploads(Buffer.from('<script>alert(1)</script>'))
  const before = await updates({})

  expect(await refused({ avatarUploadId, backgroundUploadId, signature: 'changed' })).toEqual({
    code: 'UNSUPPORTED_MEDIA',
    message: 'A picture must be a PNG, JPEG or WebP file.',
  })

  expect(await updates({})).toEqual(before)
  const { backgroundImage } = await updates({ backgroundUploadId })
  expect((await fetch(backgroundImage)).status).toBe(200)
})

it('is refused when nothing was sent, or somebody else sent it, or too late', async () => {
  const mallory = await registers(user.subgraph, `mallory-${people}`)
  const [unsent, foreign, late] = [(await prepares()).uploadId, await uploads(png, mallory), await uploads(png)]
  await user.sql("update picture_uploads set expires_at = now() - interval '1 second' where id = $1", [late])

  for (const avatarUploadId of [unsent, foreign, late, '999']) {
    expect(await refused({ avatarUploadId })).toEqual({
      code: 'NOT_FOUND',
      message: 'The picture was not uploaded, or its upload has expired.',
    })
  }
  expect(await refused({ avatarUploadId: '../media' })).toMatchObject({ code: 'BAD_USER_INPUT' })
})

it('becomes part of a profile once, however many calls want it', async () => {
  const avatarUploadId = await uploads(png)

  const results = await Promise.all(
    Array.from({ length: 4 }, () =>
      user.subgraph.execute({ query: update, variables: { input: { avatarUploadId } } }, alice),
    ),
  )

  const codes = results.map(({ errors }) => errors?.[0]?.extensions['code'] ?? 'accepted')
  expect(codes.sort()).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'accepted'])
})

it('is cleared away when the person prepares another after it expired', async () => {
  const forgotten = await uploads(png)
  await user.sql("update picture_uploads set expires_at = now() - interval '1 second' where id = $1", [forgotten])

  const { uploadId } = await prepares()

  const cache = await user.sql('select id from picture_uploads where user_id = $1', [alice.viewer.userId])
  expect(cache).toEqual([{ id: uploadId }])
  expect(await objectStore.stat(uploadBucket, `pictures/${forgotten}`)).toBeNull()
})

it('is for people who are signed in and exist', async () => {
  for (const caller of [anonymous, signedIn('999')]) {
    expect(await refusal(user.subgraph, caller, create)).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await refusal(user.subgraph, caller, update, { input: { signature: 'x' } })).toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  }
})
