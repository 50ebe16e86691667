import { requireViewer, type Caller } from '../../../platform/auth/caller.ts'
import { BadUserInput } from '../../../platform/runtime/errors.ts'
import type { IdGenerator } from '../../../platform/postgres/id-generator.ts'
import type { ObjectStore, UploadForm } from '../../../platform/storage/object-store.ts'
import type { VideoLimits } from '../storage/limits.ts'
import { uploadKey } from '../storage/object-keys.ts'
import { tooManyBytes, tooManyUploads } from '../publishing/errors.ts'
import { signedParts, type UploadPart } from './parts.ts'
import type { NewUpload, UploadRepository } from './repository.ts'

export interface Uploading {
  readonly ids: Pick<IdGenerator, 'next'>
  readonly uploads: UploadRepository
  readonly objectStore: ObjectStore
  readonly limits: VideoLimits
}

/** What a client announces about a file. */
export interface AnnouncedFile {
  /** In bytes. */
  readonly byteSize: number | null
  /** Whether to send it in parts; null decides automatically. */
  readonly inParts: boolean | null
}

/** An upload, and how to send its file: with a form, or in parts if there is no form. */
export interface PreparedUpload {
  readonly uploadId: string
  readonly url: string | null
  readonly fields: UploadForm['fields']
  readonly parts: readonly UploadPart[]
  readonly expiresAt: Date
}

const lifetimeMs = 24 * 60 * 60 * 1_000
const largestForm = 32 * 1024 * 1024

/**
 * Prepares an upload that its owner can send and publish within a day.
 *
 * @throws Unauthenticated for anonymous callers
 * @throws BadUserInput when the size is invalid, or required and missing
 * @throws TooLarge when the file is too large
 * @throws RateLimited when the owner has reached today's limit of uploads
 */
export async function createUpload(
  uploading: Uploading,
  caller: Pick<Caller, 'origin' | 'viewer'>,
  file: AnnouncedFile = { byteSize: null, inParts: null },
): Promise<PreparedUpload> {
  const ownerId = requireViewer(caller).userId
  const { ids, uploads, limits } = uploading
  const { byteSize } = file
  if (byteSize !== null && byteSize < 1) throw withoutSize()
  if (byteSize !== null && byteSize > limits.maxBytes) throw tooManyBytes(limits)
  const inParts = file.inParts ?? (byteSize ?? 0) > largestForm
  if (inParts && byteSize === null) throw withoutSize()

  const upload = { id: ids.next(), ownerId, byteSize, expiresAt: new Date(Date.now() + lifetimeMs) }
  if (!(await uploads.add(upload, limits.maxUploadsPerDay))) throw tooManyUploads(limits)
  return inParts ? prepareParts(uploading, caller, upload) : prepareForm(uploading, caller, upload)
}

async function prepareForm(
  { objectStore, limits }: Uploading,
  caller: Pick<Caller, 'origin'>,
  { id, byteSize, expiresAt }: NewUpload,
): Promise<PreparedUpload> {
  const sizes = { minBytes: byteSize ?? 1, maxBytes: byteSize ?? limits.maxBytes }
  const form = await objectStore.createUploadForm(caller, uploadKey(id), { ...sizes, expiresAt })
  return { uploadId: id, ...form, parts: [], expiresAt }
}

async function prepareParts(
  { objectStore, uploads }: Uploading,
  caller: Pick<Caller, 'origin'>,
  upload: NewUpload,
): Promise<PreparedUpload> {
  const { id, expiresAt } = upload
  // The row exists already, so parts are found again under their key even if this process ends before their id is stored.
  const multipartId = await objectStore.startParts(uploadKey(id))
  await uploads.setMultipartId(id, multipartId)
  const parts = signedParts(objectStore, caller, { ...upload, multipartId })
  return { uploadId: id, url: null, fields: [], parts, expiresAt }
}

function withoutSize(): BadUserInput {
  return new BadUserInput({
    en: 'Give the size of the file in bytes; it must be at least 1.',
    zh: '请提供文件大小（字节），且不能为空文件。',
  })
}
