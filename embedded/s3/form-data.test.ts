import { describe, expect, it } from 'vitest'
import { collect } from '../../testing/s3/endpoint.ts'
import { readUploadForm } from './form-data.ts'

const contentType = 'multipart/form-data; boundary=----edge'

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; start += size) yield Promise.resolve(bytes.subarray(start, start + size))
}

function field(name: string, value: string): string {
  return `------edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
}

function file(filename: string, content: string): string {
  const disposition = `content-disposition: form-data; name="file"; filename="${filename}"`
  return `------edge\r\n${disposition}\r\nContent-Type: video/mp4\r\n\r\n${content}\r\n`
}

async function read(text: string, pieceSize = 10, type = contentType) {
  const form = await readUploadForm(inPieces(text, pieceSize), type)
  return {
    fields: Object.fromEntries(form.fields),
    filename: form.filename,
    content: Buffer.concat(await collect(form.file)).toString(),
  }
}

describe('a form', () => {
  it.each([1, 3, 50, 5000])('is read when it arrives in pieces of %i bytes', async (size) => {
    const text = `${field('Key', 'a/b')}${field('x-amz-meta-title', '视频')}${file('clip.mp4', 'by\r\n------edg\r\n------\r\ntes')}${field('late', 'x')}------edge--\r\n`
    expect(await read(text, size)).toEqual({
      fields: { key: 'a/b', 'x-amz-meta-title': '视频' },
      filename: 'clip.mp4',
      content: 'by\r\n------edg\r\n------\r\ntes',
    })
  })

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\clips\\a.mp4', 'a.mp4'],
    ['say %22hi%22.mp4', 'say "hi".mp4'],
    ['视频 100%25.mp4', '视频 100%25.mp4'],
    ['', ''],
  ])('of a file called %s says %s', async (sent, expected) => {
    expect(await read(`${file(sent, 'x')}------edge--`)).toMatchObject({ filename: expected })
  })

  it('may hold an empty file, and a preamble', async () => {
    expect(await read(`ignore me\r\n${file('a', '')}------edge--`)).toMatchObject({ content: '' })
  })

  it.each([
    ['has no boundary', field('key', 'a'), 'multipart/form-data', 'MalformedPOSTRequest'],
    ['is of another type', field('key', 'a'), 'application/json', 'MalformedPOSTRequest'],
    ['has no file', `${field('key', 'a')}------edge--\r\n`, contentType, 'InvalidArgument'],
    ['ends in a field', field('key', 'a').slice(0, -5), contentType, 'IncompleteBody'],
    ['ends in the file', file('a', 'x').slice(0, -2), contentType, 'IncompleteBody'],
    ['has a part without a name', '------edge\r\nX: y\r\n\r\nz\r\n', contentType, 'MalformedPOSTRequest'],
    ['has a field too long', field('key', 'a'.repeat(40_000)), contentType, 'MaxPostPreDataLengthExceededError'],
    ['has too many fields', field('key', 'a').repeat(2000), contentType, 'MaxPostPreDataLengthExceededError'],
  ])('that %s is refused', async (_what, text, type, code) => {
    await expect(read(text, 1000, type)).rejects.toMatchObject({ code })
  })
})
