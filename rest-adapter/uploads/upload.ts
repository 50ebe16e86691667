import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import type { Pool } from 'undici'
import type { Call, ExecuteOperation } from '../../platform/graphql/call.ts'
import { BadUserInput, TooLarge, Unauthenticated, Unavailable } from '../../platform/runtime/errors.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import { isOutOfRoom } from '../../platform/runtime/outage.ts'
import { executeNamed } from '../graph.ts'
import type { Parameters } from '../parameters.ts'
import { clientFault, fieldParameter, formParts, parametersOf, withToken } from '../request-parameters.ts'
import { openSpool, type Spool } from './spool.ts'
import { sendUploadForm } from './upload-form.ts'
import type { UploadPlaces } from './upload-places.ts'
import { unlessAborted, watchUpload, type UploadPace } from './upload-watch.ts'

export interface UploadOptions {
  readonly execute: ExecuteOperation
  readonly objectStore: Pool
  readonly maxUploadBytes: number
  /** Where files wait until their sender is known. */
  readonly uploadFolder: string
  readonly uploadPlaces: UploadPlaces
  /** The minimum speed; by default what slow phones reach. */
  readonly uploadPace?: UploadPace | undefined
  readonly log: Logger
}

/** A file in the object store that is not published yet, and the parameters of its form. */
export interface Upload {
  readonly uploadId: string
  readonly parameters: Parameters
  readonly call: Call
}

/** Maximum size of a form besides its file, in bytes. */
const formOverhead = 1024 * 1024

/**
 * Moves the file of a form into the object store. Clients send the file before the token, so it is spooled to disk until its
 * owner is known; a token that comes earlier is checked before anything is stored.
 *
 * @throws GraphQLError Unauthenticated, TooLarge, BadUserInput without a file, RateLimited when too many uploads are in
 * progress, Unavailable when the store is down.
 */
export async function receiveUpload(request: FastifyRequest, call: Call, options: UploadOptions): Promise<Upload> {
  const { maxUploadBytes, uploadFolder } = options
  if (Number(request.headers['content-length']) > maxUploadBytes + formOverhead) throw tooLarge(maxUploadBytes)
  if (!request.isMultipart()) throw noFile()

  using watch = watchUpload(request, options.uploadPace)
  const { signal } = watch
  using place = options.uploadPlaces.take(call.clientAddress, watch)
  const fields: [name: string, value: string][] = []
  let known: string | null = null
  const identify = async (): Promise<Call> => {
    const sender = withToken(call, parametersOf(request, fields))
    if (sender.token !== null && sender.token !== known) {
      place.isOf(await unlessAborted(viewerId(sender, options), signal))
      known = sender.token
    }
    return sender
  }
  // A token in the URL or in a header is checked before anything is read.
  await identify()
  await using spool = await openSpool(uploadFolder).catch((error: unknown) => {
    throw whenFull(error, options)
  })
  let isKept = false
  for await (const part of formParts(request, signal, maxUploadBytes)) {
    if (part.type === 'field') {
      fields.push(...fieldParameter(part))
    } else if (isKept) {
      part.file.resume()
    } else {
      // The file is not read until the token is checked; if it breaks meanwhile, the form reports it.
      part.file.on('error', () => undefined)
      await identify()
      await keep(part, spool, signal, options)
      isKept = true
    }
  }
  if (!isKept) throw noFile()

  const sender = await identify()
  if (sender.token === null) throw new Unauthenticated()
  const parameters = parametersOf(request, fields)
  return { uploadId: await store(spool, sender, options), parameters, call: sender }
}

async function viewerId(call: Call, { execute }: UploadOptions): Promise<string> {
  const { data } = await executeNamed(execute, 'Viewer', {}, call)
  if (!data.viewer) throw new Unauthenticated()
  return data.viewer.id
}

async function keep({ file }: MultipartFile, spool: Spool, signal: AbortSignal, options: UploadOptions): Promise<void> {
  file.once('limit', () => file.destroy(tooLarge(options.maxUploadBytes)))
  try {
    await spool.fill(file, signal)
  } catch (error) {
    signal.throwIfAborted()
    // Either the file ended too early or too late, or the disk is full.
    throw error === file.errored ? clientFault(error) : whenFull(error, options)
  }
}

/** The error for a client when the disk is full; any other error stays as it is. */
function whenFull(error: unknown, { log, uploadFolder }: UploadOptions): unknown {
  if (!isOutOfRoom(error)) return error
  log.error({ err: error, uploadFolder }, 'no disk space for uploads')
  return new Unavailable({
    en: 'There is no room for the video at the moment. Please try again later.',
    zh: '服务器存储空间不足，请稍后再试。',
  })
}

async function store(spool: Spool, call: Call, { execute, objectStore, log }: UploadOptions): Promise<string> {
  const size = await spool.size()
  if (size === 0) throw new BadUserInput({ en: 'The video is empty.', zh: '视频文件为空。' })
  const { data } = await executeNamed(execute, 'CreateUpload', {}, call)
  const { uploadId, url, fields } = data.createUpload
  try {
    if (url === null) throw new Error('a file of unknown size must be sent by a form')
    await sendUploadForm(objectStore, { url, fields }, { size, content: spool.read() })
  } catch (error) {
    log.error({ err: error, requestId: call.requestId }, 'an upload did not reach the object store')
    throw new Unavailable()
  }
  return uploadId
}

function noFile(): BadUserInput {
  return new BadUserInput({
    en: 'The video is missing: send it as the part "data" of a multipart/form-data form.',
    zh: '缺少视频文件：请用 multipart/form-data 表单的 data 字段上传。',
  })
}

function tooLarge(maxBytes: number): TooLarge {
  const megabytes = Math.round((maxBytes / 1024 / 1024) * 100) / 100
  return new TooLarge({
    en: `The video is larger than ${megabytes} MB.`,
    zh: `视频文件不能超过 ${megabytes} MB。`,
  })
}
