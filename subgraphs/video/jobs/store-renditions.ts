import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ObjectStore } from '../../../platform/storage/object-store.ts'
import { bucketOf, nameOf } from '../storage/object-keys.ts'
import type { RenditionRow } from '../videos/repository.ts'
import { plainRung, type Rung } from '../media/ladder.ts'
import { bitRates, masterPlaylist, type StoredRung } from '../media/playlist.ts'
import type { Picture } from '../media/probe-report.ts'

export interface Rendition extends Omit<RenditionRow, 'videoId'> {
  /** Of the file and everything it refers to. */
  readonly byteSize: number
}

const playlistType = 'application/vnd.apple.mpegurl'

/**
 * Stores the files of a ladder from a folder: a file and a media playlist per rung, a master playlist, and `plain.mp4`. Every
 * key contains the hash of its object, so storing again changes nothing.
 *
 * @param target the folder in the object store.
 */
export async function storeRenditions(
  objectStore: ObjectStore,
  folder: string,
  target: string,
  rungs: readonly [Rung, ...Rung[]],
  picture: Picture,
): Promise<{ readonly mp4: Rendition; readonly hls: Rendition }> {
  async function store(name: string, rendition: string, type: string): Promise<string> {
    const path = join(folder, name)
    const extension = name.slice(name.lastIndexOf('.'))
    const fileName = `${rendition}-${await hashOf(path)}${extension}`
    await objectStore.upload(bucketOf(target), target + fileName, path, type)
    return fileName
  }

  let byteSize = 0
  const stored: StoredRung[] = []
  for (const rung of rungs) {
    const file = `${rung.side}.mp4`
    const fileName = await store(file, `hls-${rung.side}`, 'video/mp4')
    byteSize += (await stat(join(folder, file))).size
    // Playlists use relative references, so they work under any address.
    const playlist = (await readFile(join(folder, `${rung.side}.m3u8`), 'utf8')).replaceAll(file, fileName)
    await writeFile(join(folder, 'media.m3u8'), playlist)
    const uri = await store('media.m3u8', `hls-${rung.side}`, playlistType)
    stored.push({ rung, uri, playlist, head: await headOf(join(folder, file)) })
  }
  await writeFile(join(folder, 'master.m3u8'), masterPlaylist(stored, picture))
  const master = await store('master.m3u8', 'hls', playlistType)
  const top = rungs.at(-1) ?? rungs[0]
  const { average } = bitRates(stored.at(-1)?.playlist ?? '')

  const plain = plainRung(rungs)
  const plainName = await store('plain.mp4', `mp4-${plain.side}`, 'video/mp4')
  const plainBytes = (await stat(join(folder, 'plain.mp4'))).size
  const key = (fileName: string): string => target + fileName
  return {
    hls: { name: 'hls', key: key(master), width: top.width, height: top.height, bitRate: average, byteSize },
    mp4: {
      ...{ name: `mp4-${plain.side}`, key: key(plainName), width: plain.width, height: plain.height },
      ...{ bitRate: Math.round((plainBytes * 8_000) / picture.durationMs), byteSize: plainBytes },
    },
  }
}

/** Whether a key of a video is that of a rendition, or of a part of one. */
export function isRendition(key: string): boolean {
  return /^(?:hls|mp4)(?:-\d+)?-[0-9a-f]{32}\./.test(nameOf(key))
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex').slice(0, 32)
}

async function headOf(path: string): Promise<Buffer> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4_096), 0, 4_096, 0)
  return buffer.subarray(0, bytesRead)
}
