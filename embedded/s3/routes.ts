import {
  createBucket,
  deleteBucket,
  deleteBucketPolicy,
  getBucketLocation,
  getBucketPolicy,
  headBucket,
  listBuckets,
  putBucketPolicy,
} from './bucket-operations.ts'
import { copyObject } from './copy-operations.ts'
import { S3Error } from './errors.ts'
import type { Operation } from './exchange.ts'
import { listObjects, listObjectsV2 } from './listing-operations.ts'
import { abortUpload, completeUpload, copyPart, createUpload, listParts, uploadPart } from './multipart-operations.ts'
import { deleteObject, deleteObjects, getObject, putObject } from './object-operations.ts'
import { postObject } from './post-object.ts'
import type { S3Request } from './request.ts'
import { listUploads } from './upload-listing.ts'

export interface Route {
  /**
   * Who may use the route: callers who signed the request, everyone to whom the bucket's policy allows this action, or holders
   * of a form, which carries its own signature.
   */
  readonly access: 'signed' | 'form' | `s3:${string}`
  readonly run: Operation
}

/** Routes by method, resource and subresource parameter. */
const routes: Readonly<Record<string, Route>> = {
  'GET service': { access: 'signed', run: listBuckets },

  'PUT bucket': { access: 'signed', run: createBucket },
  'HEAD bucket': { access: 's3:ListBucket', run: headBucket },
  'DELETE bucket': { access: 'signed', run: deleteBucket },
  'GET bucket': { access: 's3:ListBucket', run: listObjects },
  'GET bucket?list-type': { access: 's3:ListBucket', run: listObjectsV2 },
  'GET bucket?location': { access: 's3:GetBucketLocation', run: getBucketLocation },
  'GET bucket?policy': { access: 'signed', run: getBucketPolicy },
  'PUT bucket?policy': { access: 'signed', run: putBucketPolicy },
  'DELETE bucket?policy': { access: 'signed', run: deleteBucketPolicy },
  'GET bucket?uploads': { access: 's3:ListBucketMultipartUploads', run: listUploads },
  'POST bucket?delete': { access: 'signed', run: deleteObjects },
  'POST bucket': { access: 'form', run: postObject },

  'GET object': { access: 's3:GetObject', run: getObject },
  'HEAD object': { access: 's3:GetObject', run: getObject },
  'PUT object': { access: 's3:PutObject', run: putObject },
  'PUT object from source': { access: 'signed', run: copyObject },
  'DELETE object': { access: 's3:DeleteObject', run: deleteObject },
  'POST object?uploads': { access: 's3:PutObject', run: createUpload },
  'PUT object?uploadId': { access: 's3:PutObject', run: uploadPart },
  'PUT object?uploadId from source': { access: 'signed', run: copyPart },
  'GET object?uploadId': { access: 's3:ListMultipartUploadParts', run: listParts },
  'POST object?uploadId': { access: 's3:PutObject', run: completeUpload },
  'DELETE object?uploadId': { access: 's3:AbortMultipartUpload', run: abortUpload },
}

/** All parameters that select a subresource. Ignoring an unsupported one, such as `?tagging`, would overwrite the object. */
const subresources = new Set(
  (
    'accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle ' +
    'list-type location logging metrics notification object-lock ownershipControls policy policyStatus ' +
    'publicAccessBlock renameObject replication requestPayment restore retention select tagging torrent uploadId ' +
    'uploads versionId versioning versions website'
  ).split(' '),
)

/** The route of `request`. Throws `NotImplemented` or `MethodNotAllowed` when there is none. */
export function findRoute(request: S3Request): Route {
  const level = request.bucket === '' ? 'service' : request.key === '' ? 'bucket' : 'object'
  const subresource = request.parameters.find(([name]) => subresources.has(name))?.[0]
  const copies = request.method === 'PUT' && request.header('x-amz-copy-source') !== undefined
  const about = subresource === undefined ? level : `${level}?${subresource}`
  const route = routes[`${request.method} ${about}${copies ? ' from source' : ''}`]
  if (route) return route
  throw new S3Error(subresource === undefined ? 'MethodNotAllowed' : 'NotImplemented')
}
