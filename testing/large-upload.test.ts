import { expect, it } from 'vitest'
import { makeUniqueClip } from './clips.ts'
import { bootNetwork, topologies } from './network.ts'
import { losesConnection, partFields, sendsPart, type SentPart } from './uploads-in-parts.ts'

interface CreatedUpload {
  readonly uploadId: string
  readonly url: string | null
  readonly parts: readonly SentPart[]
}

it.each(topologies)(
  'takes a large file in parts at the door, over a bad line (%s)',
  { timeout: 180_000 },
  async (topology) => {
    await using network = await bootNetwork({ topology })
    const alice = await network.person('alice')
    const file = await makeUniqueClip(33 * 1024 * 1024)

    const create = `mutation ($byteSize: Int!) { createUpload(input: { byteSize: $byteSize }) { uploadId url ${partFields} } }`
    const { createUpload } = await alice.asks<{ createUpload: CreatedUpload }>(create, { byteSize: file.length })
    const { uploadId, parts } = createUpload
    expect(createUpload.url).toBeNull()
    expect(new Set(parts.map((part) => new URL(part.url).origin))).toEqual(
      new Set([new URL(network.graphqlUrl).origin]),
    )
    await Promise.all(parts.slice(0, 3).map(async (part) => expect(await sendsPart(part, file)).toBe(200)))
    for (const part of parts.slice(3)) await losesConnection(part, file)

    const find = `query ($id: ID!) { upload(id: $id) { ${partFields} } }`
    const { upload } = await alice.asks<{ upload: { parts: SentPart[] } }>(find, { id: uploadId })
    expect(upload.parts.map((part) => part.isReceived)).toEqual([true, true, true, false, false])
    for (const part of upload.parts.slice(3)) expect(await sendsPart(part, file)).toBe(200)

    const publish = `mutation ($id: ID!) { publishVideo(input: { uploadId: $id }) { video { playUrl } } }`
    const { publishVideo } = await alice.asks<{ publishVideo: { video: { playUrl: string } } }>(publish, {
      id: uploadId,
    })
    const played = await fetch(publishVideo.video.playUrl)
    expect(file.equals(Buffer.from(await played.arrayBuffer()))).toBe(true)
  },
)

it('publishes a file over REST twice in a row, and a client that is out of uploads is told so', async () => {
  await using network = await bootNetwork({ settings: { MAX_UPLOADS_PER_DAY: '2' } })
  const alice = await network.person('alice')
  await alice.publishes('first')
  await alice.publishes('again')
  const { video_list: videos } = await alice.calls<{ video_list: { title: string; play_url: string }[] }>(
    'GET',
    '/douyin/publish/list/',
  )
  expect(videos.map(({ title }) => title)).toEqual(['again', 'first'])
  expect(videos[0]?.play_url).toBe(videos[1]?.play_url)
  await expect(alice.publishes('one too many')).rejects.toThrow(/每天最多上传 2 个视频/)
})
