import type { Caller } from '../../platform/auth/caller.ts'

/** The caller of requests that this process makes itself, on behalf of no user. */
export function systemCaller(requestId: string): Caller {
  return { viewer: null, language: 'en', origin: '', clientAddress: '', userAgent: '', requestId }
}
