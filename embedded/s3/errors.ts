/** All errors of this server: HTTP status and message, as in the S3 API reference (API/ErrorResponses.html). */
const catalogue = {
  AccessDenied: [403, 'Access Denied.'],
  AuthorizationHeaderMalformed: [400, 'The authorization header is malformed.'],
  AuthorizationQueryParametersError: [400, 'The authorization query parameters are malformed.'],
  BadDigest: [400, 'The digest you specified does not match what was received.'],
  BucketAlreadyOwnedByYou: [409, 'The bucket already exists and belongs to you.'],
  BucketNotEmpty: [409, 'The bucket is not empty.'],
  EntityTooLarge: [400, 'The upload exceeds the maximum allowed size.'],
  EntityTooSmall: [400, 'The upload is smaller than the minimum allowed size.'],
  IncompleteBody: [400, 'The body has fewer bytes than announced.'],
  InternalError: [500, 'An internal error occurred. Please try again.'],
  InvalidAccessKeyId: [403, 'The access key id does not exist.'],
  InvalidArgument: [400, 'Invalid argument.'],
  InvalidBucketName: [400, 'The bucket name is not valid.'],
  InvalidDigest: [400, 'The digest you specified is not valid.'],
  InvalidLocationConstraint: [400, 'The location constraint is not valid.'],
  InvalidPart: [400, 'A part was not found, or its entity tag does not match.'],
  InvalidPartOrder: [400, 'The parts are not listed in ascending order.'],
  InvalidPolicyDocument: [400, 'The form does not meet the conditions of its policy document.'],
  InvalidRange: [416, 'The requested range is not satisfiable.'],
  InvalidRequest: [400, 'Invalid request.'],
  InvalidURI: [400, 'The URI could not be parsed.'],
  KeyTooLongError: [400, 'The key is longer than 1024 bytes.'],
  MalformedPOSTRequest: [400, 'The body of the POST request is not well-formed multipart/form-data.'],
  MalformedPolicy: [400, 'The policy is malformed.'],
  MalformedXML: [400, 'The XML is not well-formed or does not follow the schema.'],
  MaxMessageLengthExceeded: [400, 'The request is too big.'],
  MaxPostPreDataLengthExceededError: [400, 'The form fields before the file are too long.'],
  MetadataTooLarge: [400, 'The metadata exceeds 2 KB.'],
  MethodNotAllowed: [405, 'The method is not allowed against this resource.'],
  MissingContentLength: [411, 'The Content-Length header is required.'],
  NoSuchBucket: [404, 'The bucket does not exist.'],
  NoSuchBucketPolicy: [404, 'The bucket has no policy.'],
  NoSuchKey: [404, 'The key does not exist.'],
  NoSuchUpload: [404, 'The upload does not exist: the id may be wrong, or it was completed or aborted.'],
  NotImplemented: [501, 'This server does not implement the requested function.'],
  PreconditionFailed: [412, 'A precondition of the request is not met.'],
  RequestTimeTooSkewed: [403, 'The clocks of client and server differ by more than 15 minutes.'],
  SignatureDoesNotMatch: [403, 'The signature does not match. Check your secret key and signing method.'],
  SlowDown: [503, 'Please reduce your request rate.'],
  XAmzContentSHA256Mismatch: [400, 'The x-amz-content-sha256 you specified does not match what was received.'],
  // MinIO's own code: S3 has none for a full disk.
  XMinioStorageFull: [507, 'The disk is full. Please delete some objects to proceed.'],
} as const satisfies Record<string, readonly [status: number, message: string]>

export type S3ErrorCode = keyof typeof catalogue

/** An error that is sent to the client as an S3 error document. */
export class S3Error extends Error {
  readonly status: number

  /** `headers` are added to the answer. */
  constructor(
    readonly code: S3ErrorCode,
    message?: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message ?? catalogue[code][1])
    this.status = catalogue[code][0]
  }
}

const causes: Readonly<Record<string, S3ErrorCode>> = {
  ENOSPC: 'XMinioStorageFull',
  EDQUOT: 'XMinioStorageFull',
  EMFILE: 'SlowDown',
  ENFILE: 'SlowDown',
}

/** The error for the client: `error` itself if it is an S3Error, otherwise a generic code that reveals nothing. */
export function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error
  return new S3Error(causes[errorCode(error) ?? ''] ?? 'InternalError', undefined)
}

/** The operating system's code of an error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
