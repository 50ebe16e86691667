import { tokenStore } from '../graph/store.ts'

/** An upload that was begun, as this browser remembers it: after a reload the file has to be chosen again. */
export interface Unfinished {
  readonly uploadId: string
  readonly name: string
  readonly size: number
  readonly changedAt: number
  readonly userId: string
}

const name = 'short-video.upload'

export function unfinishedUpload(userId: string | undefined): Unfinished | null {
  try {
    const unfinished = JSON.parse(localStorage.getItem(name) ?? 'null') as Unfinished | null
    return unfinished?.userId === userId ? unfinished : null
  } catch {
    return null
  }
}

/** The upload that a file belongs to, if it is one that was begun. */
export function uploadBefore(file: File): string | undefined {
  const before = unfinishedUpload(userId())
  const isSame = before?.name === file.name && before.size === file.size && before.changedAt === file.lastModified
  return isSame ? before.uploadId : undefined
}

export function rememberUpload(file: File, uploadId: string): void {
  const unfinished: Unfinished = {
    uploadId,
    name: file.name,
    size: file.size,
    changedAt: file.lastModified,
    userId: userId() ?? '',
  }
  localStorage.setItem(name, JSON.stringify(unfinished))
}

export function forgetUpload(): void {
  localStorage.removeItem(name)
}

function userId(): string | undefined {
  return tokenStore.read()?.user.id
}
