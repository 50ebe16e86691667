import { describe, expect, it } from 'vitest'
import { recognizeContainer } from './container.ts'

const box = (type: string, brand = '') => Buffer.from(`\0\0\0\x20${type}${brand}\0\0\x02\0`, 'latin1')
const ebml = (documentType: string) =>
  Buffer.from(
    `\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82${String.fromCharCode(0x80 + documentType.length)}${documentType}`,
    'latin1',
  )

describe('a container', () => {
  it.each([
    ['an MP4', box('ftyp', 'isom'), 'video/mp4', 'mp4'],
    ['an MP4 of a phone', box('ftyp', '3gp4'), 'video/mp4', 'mp4'],
    ['a QuickTime film', box('ftyp', 'qt  '), 'video/quicktime', 'mov'],
    ['a QuickTime film from before brands', box('moov'), 'video/quicktime', 'mov'],
    ['WebM', ebml('webm'), 'video/webm', 'webm'],
    ['Matroska', ebml('matroska'), 'video/matroska', 'mkv'],
  ])('is recognized as %s', (_, head, contentType, extension) => {
    expect(recognizeContainer(head)).toMatchObject({ contentType, extension })
  })

  it.each([
    ['an iPhone picture', box('ftyp', 'heic')],
    ['an AVIF picture', box('ftyp', 'avif')],
    ['another EBML document', ebml('else')],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg">')],
    ['a playlist', Buffer.from('#EXTM3U\nhttp://127.0.0.1/')],
    ['a DASH manifest', Buffer.from('<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>')],
    ['a list of files', Buffer.from('ffconcat version 1.0\nfile /etc/passwd')],
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(64)],
  ])('is not seen in %s', (_, head) => {
    expect(recognizeContainer(head)).toBeNull()
  })
})
