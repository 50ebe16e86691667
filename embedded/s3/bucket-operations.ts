import { parseBucketPolicy } from './bucket-policy.ts'
import { S3Error } from './errors.ts'
import { answerEmpty, answerXml, type Operation } from './exchange.ts'
import { readPayload, readText } from './payload.ts'
import { childText, parseXml } from './xml.ts'

/** The maximum length of a policy in S3, and more than enough for the location of a bucket. */
const maximumDocument = 20 * 1024

export const listBuckets: Operation = ({ response, folder, credentials }) => {
  answerXml(response, 200, 'ListAllMyBucketsResult', {
    Owner: { ID: credentials.accessKey, DisplayName: credentials.accessKey },
    Buckets: {
      Bucket: folder
        .buckets()
        .map(({ name, created }) => ({ Name: name, CreationDate: new Date(created).toISOString() })),
    },
  })
}

export const createBucket: Operation = async ({ request, response, folder, signer }) => {
  const length = request.header('content-length') ?? '0'
  const text = length === '0' ? '' : await readText(readPayload(request, response, signer).content, maximumDocument)
  const region = text === '' ? '' : (childText(parseXml(text), 'LocationConstraint') ?? '').trim()
  // It is sent in a header.
  if (!/^[a-z0-9-]{0,32}$/i.test(region)) throw new S3Error('InvalidLocationConstraint')
  await folder.createBucket(request.bucket, region === 'us-east-1' ? '' : region)
  answerEmpty(response, 200, { Location: `/${request.bucket}` })
}

export const headBucket: Operation = ({ request, response, folder }) => {
  const { region } = folder.bucket(request.bucket)
  answerEmpty(response, 200, { 'x-amz-bucket-region': region || 'us-east-1' })
}

export const deleteBucket: Operation = async ({ request, response, folder }) => {
  await folder.removeBucket(request.bucket)
  answerEmpty(response, 204)
}

export const getBucketLocation: Operation = ({ request, response, folder }) => {
  answerXml(response, 200, 'LocationConstraint', folder.bucket(request.bucket).region)
}

export const getBucketPolicy: Operation = ({ request, response, folder }) => {
  const { policy } = folder.bucket(request.bucket)
  if (!policy) throw new S3Error('NoSuchBucketPolicy')
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(policy.text) })
  response.end(policy.text)
}

export const putBucketPolicy: Operation = async ({ request, response, folder, signer }) => {
  const bucket = folder.bucket(request.bucket)
  const text = await readText(readPayload(request, response, signer).content, maximumDocument)
  await bucket.setPolicy(parseBucketPolicy(text, bucket.name))
  answerEmpty(response, 204)
}

export const deleteBucketPolicy: Operation = async ({ request, response, folder }) => {
  await folder.bucket(request.bucket).setPolicy(undefined)
  answerEmpty(response, 204)
}
