import { expect, it } from 'vitest'
import { pictureFormat } from './picture-format.ts'

it.each([
  ['89504e470d0a1a0a0000000d', 'png', 'image/png'],
  ['ffd8ffe000104a4649460001', 'jpg', 'image/jpeg'],
  ['524946460a0b0c0d57454250', 'webp', 'image/webp'],
])('knows %s as %s', (start, extension, contentType) => {
  expect(pictureFormat(Buffer.from(start, 'hex'))).toEqual({ extension, contentType })
})

it.each([
  ['nothing', ''],
  ['a GIF', Buffer.from('GIF89a------').toString('hex')],
  ['an SVG', Buffer.from('<svg xmlns="').toString('hex')],
  ['a sound in RIFF', Buffer.from('RIFF----WAVE').toString('hex')],
  ['a PNG that a mail program has mangled', '89504e470a1a0a'],
])('does not take %s for a picture', (_, start) => {
  expect(pictureFormat(Buffer.from(start, 'hex'))).toBeNull()
})
