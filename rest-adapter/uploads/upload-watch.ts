import type { FastifyRequest } from 'fastify'
import { BadUserInput } from '../../platform/runtime/errors.ts'

/** The minimum speed of an upload, per interval. */
export interface UploadPace {
  readonly stretchMs: number
  readonly bytes: number
}

/** A tenth of the speed of the worst mobile networks. */
export const usualUploadPace: UploadPace = { stretchMs: 10_000, bytes: 10_000 }

/** An upload in progress, monitored until it is disposed. */
export interface UploadWatch extends Disposable {
  /** Aborted when the client has disconnected or is too slow, or the upload was cancelled; its reason says which. */
  readonly signal: AbortSignal
  /** The average speed so far. */
  bytesPerSecond(): number
  giveUp(reason: Error): void
}

/**
 * Monitors whether the client of a request is still connected and keeps sending. Readers of the request must not outlive its
 * connection: a request that is destroyed before it is read never ends.
 */
export function watchUpload({ raw }: FastifyRequest, pace: UploadPace = usualUploadPace): UploadWatch {
  const stopping = new AbortController()
  const { socket } = raw
  const startedAt = performance.now()
  const bytesBefore = socket.bytesRead
  let bytesSeen = bytesBefore

  const isArriving = (): boolean => !raw.complete
  const leave = (): void => {
    if (isArriving()) stopping.abort(clientIsGone())
  }
  raw.on('close', leave)
  socket.on('close', leave)
  if (raw.destroyed || socket.destroyed) leave()

  const timer = setInterval(() => {
    // Bytes that wait to be read here arrived in time.
    const isSlow = socket.bytesRead - bytesSeen < pace.bytes && raw.readableLength === 0
    bytesSeen = socket.bytesRead
    if (isSlow && isArriving()) stopping.abort(tooSlow())
  }, pace.stretchMs)
  timer.unref()

  return {
    signal: stopping.signal,
    bytesPerSecond: () => ((socket.bytesRead - bytesBefore) * 1_000) / Math.max(1, performance.now() - startedAt),
    giveUp: (reason) => stopping.abort(reason),
    [Symbol.dispose]() {
      clearInterval(timer)
      raw.off('close', leave)
      socket.off('close', leave)
    },
  }
}

/** The result of some work, or the reason of a signal as soon as it is aborted. */
export function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function clientIsGone(): Error {
  // Nobody reads this; it is not an error of the server, so it is not logged as one.
  return Object.assign(new Error('the client has disconnected'), { statusCode: 400 })
}

function tooSlow(): BadUserInput {
  return new BadUserInput({
    en: 'The video is arriving too slowly. Please try again on a better connection.',
    zh: '上传速度过慢，请在网络良好时重试。',
  })
}
