import type { ErrorCode } from '../platform/runtime/errors.ts'

/** `status_code` of an answer that is no failure. */
export const success = 0

/** `status_code` of each failure: the number of the HTTP status that says the same (RFC 9110), though HTTP says 200. */
export const statusCodes: Readonly<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA: 415,
  QUERY_TOO_COMPLEX: 422,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  UNAVAILABLE: 503,
}
