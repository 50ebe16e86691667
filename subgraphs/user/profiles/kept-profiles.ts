import type { Changes } from '../../../platform/caching/changes.ts'
import { KeptRow } from '../../../platform/caching/kept-row.ts'
import { createReadThroughCache, type ReadThroughCache } from '../../../platform/caching/read-through-cache.ts'
import type { ObjectStore } from '../../../platform/storage/object-store.ts'
import type { Account, AccountRepository } from '../accounts/repository.ts'
import { showProfile, type Profile } from './profile.ts'

export type KeptProfiles = ReadThroughCache<KeptRow<Account, Profile>>

/** For how long others may be shown an old profile while change events do not arrive, in milliseconds. */
const keptMs = 750
/** At least twenty thousand profiles stay cached, if so many are read. */
const most = 40_000

/** A cache of profiles by id; absence is cached too. */
export function createKeptProfiles(
  accounts: Pick<AccountRepository, 'findKept'>,
  objectStore: Pick<ObjectStore, 'publicUrl'>,
  changes: Changes,
): KeptProfiles {
  const show = (account: Account, caller: Parameters<typeof showProfile>[2]): Profile =>
    showProfile(account, objectStore, caller)
  const profiles = createReadThroughCache(
    async (ids) =>
      new Map([...(await accounts.findKept(ids))].map(([id, account]) => [id, new KeptRow(account, show)])),
    { keptMs, most, changes },
  )
  changes.listen('people', profiles)
  return profiles
}
