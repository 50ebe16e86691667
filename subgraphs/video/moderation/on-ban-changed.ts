import type { Broadcast } from '../../../platform/redis/broadcast.ts'
import { banChanged } from '../../../schema/topics.ts'

/**
 * Runs `follow` whenever a ban or unban was announced or may have been missed, one run at a time. Disposing waits for the
 * current run.
 *
 * @param follow never rejects.
 */
export function onBanChanged(
  broadcast: Pick<Broadcast, 'listen' | 'onGap'> | undefined,
  follow: () => Promise<void>,
): AsyncDisposable {
  let current = Promise.resolve()
  let isDisposed = false
  const begin = (): void => {
    if (!isDisposed) current = current.then(follow)
  }
  broadcast?.listen(banChanged, begin)
  broadcast?.onGap(begin)
  return {
    async [Symbol.asyncDispose]() {
      isDisposed = true
      await current
    },
  }
}
