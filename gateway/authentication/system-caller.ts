import type { Caller } from '../../platform/auth/caller.ts'

/** The caller of what this process asks for by itself, for nobody in particular. */
export function systemCaller(requestId: string): Caller {
  return { viewer: null, language: 'en', origin: '', clientAddress: '', userAgent: '', requestId }
}
