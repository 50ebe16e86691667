import { authenticatePolicy } from './authentication.ts'
import { S3Error } from './errors.ts'
import { answerEmpty, answerXml, locationOf, type Exchange, type Operation } from './exchange.ts'
import { readUploadForm, type UploadForm } from './form-data.ts'
import { hashedContent } from './hashed-content.ts'
import { headerValue, isObjectHeader, objectHeaders } from './object-headers.ts'
import { maximumPayload, readBody } from './payload.ts'
import { checkPostPolicy, parsePostPolicy } from './post-policy.ts'
import { maximumKeyLength } from './request.ts'

/** POST of an HTML form: an upload by a browser with a signed policy instead of credentials. */
export const postObject: Operation = async (exchange) => {
  const { request, response, folder } = exchange
  const bucket = folder.bucket(request.bucket)
  const form = await readUploadForm(readBody(request, response), request.header('content-type') ?? '')
  const fields = substituteFields(form, bucket.name)
  const key = fields.get('key') ?? ''
  if (key === '') throw new S3Error('InvalidArgument', 'The form contains no key.')
  if (Buffer.byteLength(key) > maximumKeyLength) throw new S3Error('KeyTooLongError')
  const { minimumLength, maximumLength } = authorise(exchange, fields, key)
  const headers = objectHeaders(headerFields(fields))

  const { content, md5 } = hashedContent(limited(form.file, Math.min(maximumLength, maximumPayload)))
  await using staged = await folder.staging.write(content)
  if (staged.size < minimumLength) throw new S3Error('EntityTooSmall')
  const object = { key, size: staged.size, etag: md5(), modified: Date.now(), headers }
  await bucket.put(staged, object)
  answer(exchange, fields.get('success_action_status'), key, object.etag)
}

/** The fields with `${filename}` replaced by the file's name, and with the bucket from the URL. */
function substituteFields(form: UploadForm, bucket: string): ReadonlyMap<string, string> {
  const fields = new Map(
    [...form.fields].map(([name, value]) => [name, value.replaceAll('${filename}', () => form.filename)]),
  )
  if ((fields.get('bucket') ?? bucket) !== bucket)
    throw new S3Error('InvalidArgument', 'The bucket of the form is not the bucket of the URL.')
  return fields.set('bucket', bucket)
}

/** The maximum number of bytes, if the upload is allowed: according to the policy, or without one, to the bucket's policy. */
function authorise(exchange: Exchange, fields: ReadonlyMap<string, string>, key: string) {
  const { folder, credentials, request } = exchange
  const document = fields.get('policy')
  if (document === undefined) {
    const { name, policy } = folder.bucket(request.bucket)
    if (!policy?.allows('s3:PutObject', `arn:aws:s3:::${name}/${key}`)) throw new S3Error('AccessDenied')
    return { minimumLength: 0, maximumLength: maximumPayload }
  }
  authenticatePolicy(fields, document, credentials)
  const policy = parsePostPolicy(document)
  checkPostPolicy(policy, fields, Date.now())
  return policy
}

function headerFields(fields: ReadonlyMap<string, string>): [name: string, value: string][] {
  return [...fields].filter(([name]) => isObjectHeader(name)).map(([name, value]) => [name, headerValue(value)])
}

/** Passes content on, and throws as soon as it exceeds `maximum` bytes. */
async function* limited(content: AsyncIterable<Buffer>, maximum: number): AsyncGenerator<Buffer> {
  let length = 0
  for await (const chunk of content) {
    length += chunk.length
    if (length > maximum) throw new S3Error('EntityTooLarge')
    yield chunk
  }
}

function answer(exchange: Exchange, status: string | undefined, key: string, etag: string): void {
  const { request, response } = exchange
  const location = locationOf(exchange, key)
  response.setHeader('ETag', `"${etag}"`)
  response.setHeader('Location', location)
  if (status === '201')
    answerXml(response, 201, 'PostResponse', {
      Location: location,
      Bucket: request.bucket,
      Key: key,
      ETag: `"${etag}"`,
    })
  else answerEmpty(response, status === '200' ? 200 : 204)
}
