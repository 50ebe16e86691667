import { clientNetwork } from '../../platform/http/client-network.ts'
import { RateLimited, Unavailable } from '../../platform/runtime/errors.ts'
import type { UploadWatch } from './upload-watch.ts'

/** A slot for an upload, until it is disposed. */
export interface UploadPlace extends Disposable {
  /**
   * Sets the owner of the upload, once known.
   *
   * @throws RateLimited when the owner has too many uploads in progress.
   */
  isOf(userId: string): void
}

/** Limits how many uploads are in progress. */
export interface UploadPlaces {
  /** @throws RateLimited when the address has too many uploads in progress, Unavailable when there are too many in total. */
  take(clientAddress: string, upload: Pick<UploadWatch, 'bytesPerSecond' | 'giveUp'>): UploadPlace
}

interface Taken {
  readonly address: string
  readonly upload: Pick<UploadWatch, 'bytesPerSecond' | 'giveUp'>
  userId?: string
}

/**
 * Assigns slots to uploads, whose owner is not known at first: a maximum in total, per address, and half of the latter per
 * user. When all slots are taken, an address with fewer uploads than others gets the slot of the slowest upload of unknown
 * owner of the address with the most. 0 means no limit.
 */
export function createUploadPlaces(ofAll: number, ofAddress: number): UploadPlaces {
  const [atOnce, perAddress] = [ofAll || Infinity, ofAddress || Infinity]
  const perUser = Math.ceil(perAddress / 2)
  const taken = new Set<Taken>()

  const heldBy = (address: string): number => count(taken, (place) => place.address === address)

  /** The upload that must give way to another address; undefined when the shares are fair. */
  function findExcess(address: string): Taken | undefined {
    const nameless = [...taken].filter((place) => place.userId === undefined)
    const shares = new Map(nameless.map((place) => [place.address, heldBy(place.address)]))
    const largest = Math.max(0, ...shares.values())
    // After that, the other address still has as many as this one.
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
          if (count(taken, (other) => other.userId === userId) >= perUser) throw tooManyAtOnce()
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
