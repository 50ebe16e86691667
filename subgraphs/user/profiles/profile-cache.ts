import type { Changes } from '../../../platform/caching/changes.ts'
import { CachedRow } from '../../../platform/caching/cached-row.ts'
import { createReadThroughCache, type ReadThroughCache } from '../../../platform/caching/read-through-cache.ts'
import type { ObjectStore } from '../../../platform/storage/object-store.ts'
import type { Account, AccountRepository } from '../accounts/repository.ts'
import { showProfile, type Profile } from './profile.ts'

export type ProfileCache = ReadThroughCache<CachedRow<Account, Profile>>

/** For how long others may be shown an old profile while change events do not arrive, in milliseconds. */
const ttlMs = 750
/** At least a hundred thousand profiles stay cached, if so many are read: lists of users show profiles of all ages. */
const max = 200_000

/** A cache of profiles by id; absence is cached too. */
export function createProfileCache(
  accounts: Pick<AccountRepository, 'findManyAlone'>,
  objectStore: Pick<ObjectStore, 'publicUrl'>,
  changes: Changes,
): ProfileCache {
  const show = (account: Account, caller: Parameters<typeof showProfile>[2]): Profile =>
    showProfile(account, objectStore, caller)
  const profiles = createReadThroughCache(
    async (ids) =>
      new Map([...(await accounts.findManyAlone(ids))].map(([id, account]) => [id, new CachedRow(account, show)])),
    { name: 'profiles', ttlMs, max, changes },
  )
  changes.listen('people', profiles)
  return profiles
}
