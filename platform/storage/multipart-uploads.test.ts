import { expect, it } from 'vitest'
import { anonymous } from '../../testing/callers.ts'
import { openTestObjectStore } from '../../testing/video-subgraph.ts'

it('lists all parts that have arrived, of which the store names a thousand at a time', async () => {
  const objectStore = await openTestObjectStore()
  const key = 'parts/many'
  const multipartId = await objectStore.startParts(key)
  const numbers = Array.from({ length: 1_002 }, (_, index) => index + 1)
  const expiresAt = new Date(Date.now() + 600_000)
  try {
    const send = async (number: number) => {
      const url = objectStore.partUrl(anonymous, key, multipartId, { number, byteSize: 3 }, expiresAt)
      expect((await fetch(url, { method: 'PUT', body: 'one' })).status).toBe(200)
    }
    for (let at = 0; at < numbers.length; at += 50) await Promise.all(numbers.slice(at, at + 50).map(send))

    const received = await objectStore.receivedParts(key, multipartId)
    expect(received?.map(({ number }) => number)).toEqual(numbers)
    expect(new Set(received?.map(({ byteSize, etag }) => `${byteSize} ${etag}`))).toEqual(
      new Set(['3 f97c5d29941bfb1b2fdab0874906ab82']),
    )
  } finally {
    await objectStore.abortParts(key)
  }
  expect(await objectStore.receivedParts(key, multipartId)).toBeNull()
})
