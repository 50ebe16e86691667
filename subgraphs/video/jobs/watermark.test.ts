import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { signedIn } from '../../../testing/callers.ts'
import { makeClip } from '../../../testing/clips.ts'
import { makeFont } from '../../../testing/font.ts'
import { startTestWorker } from '../../../testing/media-worker.ts'
import { becomes, firstPicture } from '../../../testing/renditions.ts'
import { publishes, startVideoSubgraph } from '../../../testing/video-subgraph.ts'

const [width, height] = [320, 180]

/** How many pixels of a quarter of the picture are not grey. */
function drawnPixels(picture: Buffer, quarter: 'lower right' | 'upper left'): number {
  let count = 0
  for (const [index, luma] of picture.entries()) {
    const [x, y] = [index % width, Math.floor(index / width)]
    const isThere = quarter === 'lower right' ? x >= width / 2 && y >= height / 2 : x < width / 2 && y < height / 2
    if (isThere && Math.abs(luma - 128) > 24) count++
  }
  return count
}

it('draws the name of the author into the lower right corner where a font is set, and nothing otherwise', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'watermark-test-'))
  try {
    const font = join(folder, 'boxes.ttf')
    await writeFile(font, makeFont())
    const pictures: Buffer[] = []
    for (const watermarkFont of [null, font]) {
      await using video = await startVideoSubgraph()
      await using _worker = await startTestWorker(video.databaseUrl, { watermarkFont })
      await video.sql(`insert into "user".accounts (id, name, password_hash) values (101, '小明: %{pts}''\\', '')`)
      const alice = signedIn('101')
      const { id } = await publishes(video.subgraph, alice, await makeClip({ picture: 'color=gray', width, height }))
      const { playUrl } = await becomes('READY', video.subgraph, alice, id)
      const path = join(folder, `${pictures.length}.mp4`)
      await writeFile(path, Buffer.from(await (await fetch(playUrl)).arrayBuffer()))
      pictures.push(await firstPicture(path))
    }
    const [plain, marked] = pictures.map((picture) => ({
      corner: drawnPixels(picture, 'lower right'),
      elsewhere: drawnPixels(picture, 'upper left'),
    }))
    expect(plain).toEqual({ corner: 0, elsewhere: 0 })
    expect(marked?.corner).toBeGreaterThan(200)
    expect(marked?.elsewhere).toBe(0)
  } finally {
    await rm(folder, { recursive: true })
  }
})
