import { clientNetwork } from '../platform/client-network.ts'
import { RateLimited, Unavailable } from '../platform/errors.ts'

/** Room for a file on its way, until it is disposed. */
export interface UploadPlace extends Disposable {
  /**
   * Says whose file it is, once that is known.
   *
   * @throws RateLimited when that person sends too many at a time.
   */
  isOf(userId: string): void
}

/** Bounds how many files wait on the disk at a time. */
export interface UploadPlaces {
  /**
   * @throws RateLimited when the address sends too many at a time, Unavailable when all do.
   */
  take(clientAddress: string): UploadPlace
}

/**
 * Hands out places to files, of which nobody knows at first whose they are: so many to all, to an address, and half of
 * those to a person.
 */
export function createUploadPlaces(atOnce: number, perAddress: number): UploadPlaces {
  const perPerson = Math.ceil(perAddress / 2)
  const taken = new Map<string, number>()
  let all = 0

  function change(key: string, by: 1 | -1): void {
    const count = (taken.get(key) ?? 0) + by
    if (count > 0) taken.set(key, count)
    else taken.delete(key)
  }

  return {
    take(clientAddress) {
      const keys = [`address ${clientNetwork(clientAddress)}`]
      if (all >= atOnce) throw new Unavailable()
      if ((taken.get(keys[0] ?? '') ?? 0) >= perAddress) throw tooManyAtOnce()
      all++
      keys.forEach((key) => change(key, 1))
      return {
        isOf(userId) {
          const key = `person ${userId}`
          if (keys.includes(key)) return
          if ((taken.get(key) ?? 0) >= perPerson) throw tooManyAtOnce()
          keys.push(key)
          change(key, 1)
        },
        [Symbol.dispose]() {
          if (keys.length === 0) return
          all--
          keys.splice(0).forEach((key) => change(key, -1))
        },
      }
    },
  }
}

function tooManyAtOnce(): RateLimited {
  return new RateLimited({
    en: 'Too many videos are being sent at once. Please wait until one has arrived.',
    zh: '同时上传的视频过多，请等待其中一个完成后再试。',
  })
}
