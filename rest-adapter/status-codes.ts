import type { ErrorCode } from '../platform/runtime/errors.ts'

/** `status_code` of a successful answer. */
export const success = 0

/** `status_code` of each failure: the number of the equivalent HTTP status (RFC 9110), although the HTTP status is 200. */
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
