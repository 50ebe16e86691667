import { clientNetwork } from '../../platform/http/client-network.ts'
import { RateLimited, Unavailable } from '../../platform/runtime/errors.ts'
import type { UploadWatch } from './upload-watch.ts'

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
  take(clientAddress: string, upload: Pick<UploadWatch, 'bytesPerSecond' | 'giveUp'>): UploadPlace
}

interface Taken {
  readonly address: string
  readonly upload: Pick<UploadWatch, 'bytesPerSecond' | 'giveUp'>
  userId?: string
}

/**
 * Hands out places to files, of which nobody knows at first whose they are: so many to all, to an address, and half of
 * those to a person. When all are taken, an address that has fewer than others gets the place of the slowest nameless
 * upload of the address that has the most. 0 is no limit.
 */
export function createUploadPlaces(ofAll: number, ofAddress: number): UploadPlaces {
  const [atOnce, perAddress] = [ofAll || Infinity, ofAddress || Infinity]
  const perPerson = Math.ceil(perAddress / 2)
  const taken = new Set<Taken>()

  const heldBy = (address: string): number => count(taken, (place) => place.address === address)

  /** The upload that has to go for another one from an address; undefined when shares are fair. */
  function findExcess(address: string): Taken | undefined {
    const nameless = [...taken].filter((place) => place.userId === undefined)
    const shares = new Map(nameless.map((place) => [place.address, heldBy(place.address)]))
    const largest = Math.max(0, ...shares.values())
    // Afterwards the other address still has as many as this one.
    if (largest < heldBy(address) + 2) return undefined
    return nameless
      .filter((place) => shares.get(place.address) === largest)
      .reduce((slowest, place) => (speed(place) < speed(slowest) ? place : slowest))
  }

  return {
    take(clientAddress, upload) {
      const address = clientNetwork(clientAddress)
      if (heldBy(address) >= perAddress) throw tooManyAtOnce()
      if (taken.size >= atOnce) {
        const excess = findExcess(address)
        if (!excess) throw new Unavailable()
        taken.delete(excess)
        excess.upload.giveUp(tooManyAtOnce())
      }
      const place: Taken = { address, upload }
      taken.add(place)
      return {
        isOf(userId) {
          if (place.userId === userId) return
          if (count(taken, (other) => other.userId === userId) >= perPerson) throw tooManyAtOnce()
          place.userId = userId
        },
        [Symbol.dispose]: () => void taken.delete(place),
      }
    },
  }
}

function speed({ upload }: Taken): number {
  return upload.bytesPerSecond()
}

function count(taken: ReadonlySet<Taken>, matches: (place: Taken) => boolean): number {
  let matching = 0
  for (const place of taken) if (matches(place)) matching++
  return matching
}

function tooManyAtOnce(): RateLimited {
  return new RateLimited({
    en: 'Too many videos are being sent at once. Please wait until one has arrived.',
    zh: '同时上传的视频过多，请等待其中一个完成后再试。',
  })
}
