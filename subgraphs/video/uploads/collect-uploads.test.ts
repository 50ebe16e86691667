import { expect, it, vi } from 'vitest'
import { uploadBucket } from '../../../platform/object-store.ts'
import { signedIn } from '../../../testing/callers.ts'
import { makeClip } from '../../../testing/clips.ts'
import { objectsOf, openTestObjectStore, startVideoSubgraph, uploads } from '../../../testing/video-subgraph.ts'
import { uploadKey } from '../publishing/object-keys.ts'

const alice = signedIn('101')
const clip = await makeClip({})

it('removes what was uploaded but never published when the process starts, and what may still come it keeps', async () => {
  await using video = await startVideoSubgraph()
  const [abandoned, fresh] = [await uploads(video.subgraph, alice, clip), await uploads(video.subgraph, alice, clip)]
  await video.sql(`update uploads set expires_at = now() - interval '2 hours' where id = $1`, [abandoned])
  // More than are collected at a time, of which nothing was ever sent.
  await video.sql(
    `insert into uploads (id, owner_id, expires_at) select n, 7, now() - interval '1 day' from generate_series(1, 250) as n`,
  )
  await using _restarted = await startVideoSubgraph({ databaseUrl: video.databaseUrl })
  await vi.waitFor(async () => expect(await video.sql('select id from uploads')).toEqual([{ id: fresh }]), 10_000)
  expect(await objectsOf(abandoned)).toEqual([])
  expect(await objectsOf(fresh)).toEqual([`${uploadBucket}/${uploadKey(fresh)}`])
})

it('keeps the row of a file that cannot be removed, so that the next collection finds it', async () => {
  await using video = await startVideoSubgraph()
  const abandoned = await uploads(video.subgraph, alice, clip)
  await video.sql(`update uploads set expires_at = now() - interval '2 hours'`)
  const objectStore = await openTestObjectStore()
  let asked = 0
  const remove = () => Promise.reject(new Error(`broken ${++asked}`))
  await using _broken = await startVideoSubgraph({
    databaseUrl: video.databaseUrl,
    objectStore: { ...objectStore, remove },
  })
  await vi.waitFor(() => expect(asked).toBe(1), 10_000)
  expect(await video.sql('select id from uploads')).toEqual([{ id: abandoned }])
  await using _sound = await startVideoSubgraph({ databaseUrl: video.databaseUrl })
  await vi.waitFor(async () => expect(await video.sql('select id from uploads')).toEqual([]), 10_000)
})
