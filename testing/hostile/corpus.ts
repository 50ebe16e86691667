import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readBoxes, replace, replaceMovie, words, writeBoxes, type Box } from './boxes.ts'

const execute = promisify(execFile)

/** A file from an attacker, or from an unusual camera. */
export interface HostileFile {
  /** What it is, as part of a sentence. */
  readonly name: string
  readonly path: string
  /** Why it is rejected; null when it is an acceptable video. */
  readonly refusal: RegExp | null
}

const notAVideo = /not a video/
const damaged = /damaged or incomplete/

/**
 * Writes the corpus of hostile files into a folder.
 *
 * @param address of a listener, to which the files that can contain an address point.
 */
export async function writeCorpus(folder: string, ffmpegPath: string, address: URL): Promise<HostileFile[]> {
  const files: HostileFile[] = []

  async function add(name: string, refusal: RegExp | null, content: string | Buffer): Promise<void> {
    const path = join(folder, `${files.length}.mp4`)
    await writeFile(path, content)
    files.push({ name, path, refusal })
  }

  async function film(suffix: string, ...options: readonly string[]): Promise<Buffer> {
    const path = join(folder, `film.${suffix}`)
    await execute(ffmpegPath, ['-nostdin', '-y', '-v', 'error', ...options, path], { cwd: folder })
    return readFile(path)
  }
  const filmed = (source: string, ...options: readonly string[]): Promise<Buffer> =>
    film('mp4', '-f', 'lavfi', '-i', source, ...h264, ...options)

  const clip = await filmed('testsrc=size=64x96:rate=25:duration=1')
  const boxes = readBoxes(clip)

  // Files that refer to other files, with the name of a video.
  await add('a DASH manifest', notAVideo, dashManifest(address))
  await add('an HLS playlist', notAVideo, hlsPlaylist(address))
  await add('a list of files to play one behind the other', notAVideo, `ffconcat version 1.0\nfile '${address.href}'\n`)
  await add('a description of a live session', notAVideo, sessionDescription(address))
  await add('a drawing with a picture from elsewhere', notAVideo, drawing(address))
  await add(
    'a playlist behind the first box of a video',
    damaged,
    Buffer.concat([fileType(boxes), Buffer.from(hlsPlaylist(address))]),
  )
  await add(
    'a video whose pictures are said to be elsewhere',
    null,
    writeBoxes(replace(boxes, 'dref', () => elsewhere(address))),
  )
  await add('a film that is a reference to another', /no picture|damaged/, writeBoxes(referenceMovie(boxes, address)))
  const playlist = join(folder, 'playlist.m3u8')
  await writeFile(playlist, hlsPlaylist(address))
  const attach = ['-attach', playlist, '-metadata:s:t', 'mimetype=application/vnd.apple.mpegurl']
  await add('a video with a playlist attached', null, await film('mkv', ...testPicture, ...h264, ...attach))
  const font = join(folder, 'font.ttf')
  await writeFile(font, randomBytes(100_000))
  const attachFont = ['-attach', font, '-metadata:s:t', 'mimetype=application/x-truetype-font']
  await add('a video with a font attached', null, await film('mkv', ...testPicture, ...h264, ...attachFont))

  // Files that are not videos, or incomplete ones.
  await add('nothing at all', /empty/, '')
  await add('zeros', notAVideo, Buffer.alloc(100_000))
  await add('random bytes', notAVideo, randomBytes(100_000))
  await add(
    'random bytes behind the first box of a video',
    damaged,
    Buffer.concat([fileType(boxes), randomBytes(100_000)]),
  )
  const head = randomBytes(100_000)
  for (const [name, start] of [
    ['an AVI', 'RIFF....AVI LIST'],
    ['an FLV', 'FLV\x01\x05\0\0\0\x09'],
  ] as const) {
    await add(`random bytes behind the head of ${name}`, damaged, Buffer.concat([Buffer.from(start, 'latin1'), head]))
    const playlist = Buffer.from(start + hlsPlaylist(address), 'latin1')
    await add(`a playlist behind the head of ${name}`, damaged, playlist)
  }
  const packets = Array.from({ length: 500 }, () => Buffer.concat([Buffer.from('G'), randomBytes(187)]))
  await add('a transport stream of random packets', /damaged|no picture/, Buffer.concat(packets))
  await add('a video without its end', damaged, clip.subarray(0, clip.length / 2))
  const early = await filmed('testsrc=size=64x96:rate=25:duration=1', '-movflags', '+faststart')
  await add('a video of which half arrived', damaged, early.subarray(0, early.length * 0.6))
  await add('sound alone', /no picture/, await film('mp4', '-f', 'lavfi', '-i', 'sine=duration=1', '-c:a', 'aac'))

  // Files that cost more than their size suggests.
  const large = await filmed('color=black:size=8192x8192:rate=1:duration=1')
  await add('a picture of 8192 by 8192', /too large/, large)
  await add(
    'a picture of 8192 by 8192 that claims to be small',
    /too large/,
    writeBoxes(replace(readBoxes(large), 'stsd', claimSmall)),
  )
  await add('ten hours in two kilobytes', /too long/, await filmed('color=size=64x64:rate=1/18000:duration=36000'))
  await add('a thousand tracks', damaged, writeBoxes(replaceMovie(boxes, thousandTracks)))
  await add('a table of four hundred million frames', damaged, writeBoxes(endlessTables(boxes)))
  await add('boxes in boxes, ten thousand deep', damaged, Buffer.concat([fileType(boxes), nested(10_000)]))
  await add('ten thousand black frames', null, await filmed('color=black:size=256x256:rate=1000:duration=10'))
  await add('a thousand frames a second', null, await filmed('testsrc=size=64x64:rate=1000:duration=2'))

  // Unusual but valid files.
  await add('a picture turned by 37 degrees', null, writeBoxes(replace(boxes, 'tkhd', (header) => turn(header, 37))))
  await add('a picture turned by 270 degrees', null, writeBoxes(replace(boxes, 'tkhd', (header) => turn(header, 270))))
  return files
}

const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
const testPicture = ['-f', 'lavfi', '-i', 'testsrc=size=64x96:rate=25:duration=1']

function dashManifest({ href }: URL): string {
  return `<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT10S">
<Period><BaseURL>${href}</BaseURL><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1" codecs="avc1">
<SegmentTemplate media="$Number$.m4s" initialization="init.mp4" duration="1" startNumber="1"/>
</Representation></AdaptationSet></Period></MPD>`
}

function hlsPlaylist({ href }: URL): string {
  return `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-MAP:URI="${href}"\n#EXTINF:10,\n${href}\n#EXT-X-ENDLIST\n`
}

function sessionDescription({ hostname, port }: URL): string {
  return `v=0\no=- 0 0 IN IP4 ${hostname}\ns=x\nc=IN IP4 ${hostname}\nt=0 0\nm=video ${port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`
}

function drawing({ href }: URL): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">
<image width="64" height="64" xlink:href="${href}"/><image width="64" height="64" href="file:///etc/passwd"/></svg>`
}

function fileType(boxes: readonly Box[]): Buffer {
  return writeBoxes(boxes.filter(({ type }) => type === 'ftyp'))
}

/** One data reference, a URL, without the flag that says that the data is in this file (ISO/IEC 14496-12 §8.7.2). */
function elsewhere({ href }: URL): Buffer {
  return Buffer.concat([words(0, 1), writeBoxes([{ type: 'url ', content: Buffer.concat([words(0), text(href)]) }])])
}

/** A movie that refers to the real one (QuickTime File Format, "Reference Movies"). */
function referenceMovie(boxes: readonly Box[], { href }: URL): Box[] {
  const location = text(href)
  const reference = Buffer.concat([words(0), Buffer.from('url '), words(location.length), location])
  const rmda: Box = { type: 'rmda', content: [{ type: 'rdrf', content: reference }] }
  const moov: Box = { type: 'moov', content: [{ type: 'rmra', content: [rmda] }] }
  return [...boxes.filter(({ type }) => type === 'ftyp'), moov]
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, 'latin1')
}

/** A sample description that says 64 by 64, regardless of its frames (ISO/IEC 14496-12 §12.1.3). */
function claimSmall(description: Buffer): Buffer {
  description.writeUInt16BE(64, 8 + 32)
  description.writeUInt16BE(64, 8 + 34)
  return description
}

function thousandTracks(movie: readonly Box[]): Box[] {
  const rest = movie.filter(({ type }) => type !== 'trak')
  const track = movie.filter(({ type }) => type === 'trak')
  const tracks = Array.from({ length: 1_000 }, (_, index) =>
    replace(track, 'tkhd', (header) => {
      header.writeUInt32BE(index + 1, 12)
      return header
    }),
  )
  return [...rest, ...tracks.flat()]
}

/** Frames of one byte each, run-length encoded: short tables that describe very many frames. */
function endlessTables(boxes: readonly Box[]): Box[] {
  const frames = 400_000_000
  const timed = replace(boxes, 'stts', () => words(0, 1, frames, 1))
  const sized = replace(timed, 'stsz', () => words(0, 1, frames))
  return replace(sized, 'stsc', () => words(0, 1, 1, frames, 1))
}

function nested(depth: number): Buffer {
  const bytes = Buffer.alloc(depth * 8)
  for (let level = 0; level < depth; level++) {
    bytes.writeUInt32BE((depth - level) * 8, level * 8)
    bytes.write('moov', level * 8 + 4)
  }
  return bytes
}

/** A track header with a clockwise rotation (ISO/IEC 14496-12 §8.3.2), in 16.16 fixed-point numbers. */
function turn(header: Buffer, degrees: number): Buffer {
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  for (const [index, value] of [cosine, sine, 0, -sine, cosine].entries()) {
    header.writeInt32BE(Math.round(value * 65_536), 40 + index * 4)
  }
  return header
}
