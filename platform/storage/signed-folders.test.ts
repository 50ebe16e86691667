import { expect, it } from 'vitest'
import { createSignedFolders } from './signed-folders.ts'

const options = { url: 'http://store:9000', accessKey: 'access', secretKey: 'a secret' }
const folders = createSignedFolders(options)
const now = Date.UTC(2026, 0, 1, 12, 7)
const minute = 60_000
const key = 'restricted/7/folder/master.m3u8'
/** What the server is asked for, without its prefix. */
const pathAt = (time: number, objectKey = key): string => folders.pathOf(objectKey, time).slice('/media/signed/'.length)

it('opens an object for a quarter of an hour at least, and for half an hour at most', () => {
  for (let at = 0; at < 30; at++) {
    const path = pathAt(now + at * minute)
    expect(folders.open('GET', path, now + (at + 15) * minute)).not.toBeNull()
    expect(folders.open('GET', path, now + (at + 30) * minute + 1)).toBeNull()
  }
})

it('stays the same for a while, so that clients can keep what they read', () => {
  const paths = Array.from({ length: 30 }, (_, at) => pathAt(now + at * minute))
  expect(new Set(paths).size).toBe(3)
})

it('opens what is in the same folder, which playlists refer to, and nothing else', () => {
  const path = pathAt(now)
  const beside = path.replace('master.m3u8', 'hls-720.mp4')
  expect(folders.open('GET', beside, now)).toMatch(/^\/restricted\/restricted\/7\/folder\/hls-720\.mp4\?X-Amz-/)
  for (const other of [
    path.replace('folder', 'other'),
    path.replace('/7/', '/8/'),
    path.replace('folder/', 'folder/below/'),
    path.replace('folder/', ''),
    path.replace('folder/', 'folder/../other/'),
    path.replace('folder/', 'folder/./'),
    path.replace('folder/', 'folder//'),
    path.replace('master.m3u8', '..'),
    path.replace('master.m3u8', ''),
    path.replace('master.m3u8', '%2e%2e/other/master.m3u8'),
    path.replace('master.m3u8', 'master.m3u8?list-type=2'),
    path.slice(1),
    path.replace(/^\d+/, (expires) => String(Number(expires) + 900)),
    path.replace(/\.[\w-]{43}/, `.${'A'.repeat(43)}`),
    '',
    'x',
  ]) {
    expect([other, folders.open('GET', other, now)]).toEqual([other, null])
  }
})

it('is worth nothing at a system with another secret', () => {
  const others = createSignedFolders({ ...options, secretKey: 'another secret' })
  expect(others.open('GET', pathAt(now), now)).toBeNull()
})

it('signs the request to the store for its method', () => {
  const [get, head] = (['GET', 'HEAD'] as const).map((method) => folders.open(method, pathAt(now), now))
  expect(get).not.toBe(head)
})
