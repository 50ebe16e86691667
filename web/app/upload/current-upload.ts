import { useSyncExternalStore } from 'react'
import { client } from '../graph/client.ts'
import { messageOf } from '../graph/errors.ts'
import { forgetUpload, rememberUpload, uploadBefore } from './unfinished.ts'

/** The upload of this tab; it goes on while other pages are open. */
export interface CurrentUpload {
  readonly file: File
  /** An address under which the file can be shown. */
  readonly url: string
  readonly sentBytes: number
  readonly uploadId: string | null
  readonly state: 'sending' | 'sent' | 'interrupted'
  readonly problem?: string
}

let current: CurrentUpload | null = null
let stop: AbortController | undefined
const listeners = new Set<() => void>()

function set(next: CurrentUpload | null): void {
  current = next
  for (const listener of listeners) listener()
}

function change(changes: Partial<CurrentUpload>): void {
  if (current) set({ ...current, ...changes })
}

export function useCurrentUpload(): CurrentUpload | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => current,
  )
}

/** Begins to send a file, or goes on with it if a part has arrived before. */
export function beginUpload(file: File): void {
  discardUpload()
  set({ file, url: URL.createObjectURL(file), sentBytes: 0, uploadId: null, state: 'sending' })
  void send()
}

/** Sends what is missing. */
export async function send(): Promise<void> {
  if (!current) return
  const { file } = current
  stop = new AbortController()
  const { signal } = stop
  const before = uploadBefore(file)
  change({ state: 'sending', ...(before !== undefined && { uploadId: before }) })
  try {
    const uploadId = await client.upload(file, {
      signal,
      ...(before !== undefined && { uploadId: before }),
      onBegin: (id) => rememberUpload(file, id),
      onProgress: (sentBytes) => {
        if (!signal.aborted) change({ sentBytes })
      },
    })
    if (!signal.aborted) change({ uploadId, state: 'sent', sentBytes: file.size })
  } catch (error) {
    if (!signal.aborted) change({ state: 'interrupted', problem: messageOf(error) })
  }
}

/** Ends the upload, which is not published. */
export function discardUpload(): void {
  stop?.abort()
  if (!current) return
  URL.revokeObjectURL(current.url)
  forgetUpload()
  set(null)
}
