import { KeptRow } from '../../../platform/kept-row.ts'
import { createMirror, type Mirror } from '../../../platform/mirror.ts'
import type { ObjectStore } from '../../../platform/object-store.ts'
import { readUnchangedRows } from '../../../platform/unchanged-rows.ts'
import type { Account, AccountRepository } from '../accounts/repository.ts'
import { showProfile, type Profile } from './profile.ts'

export type KeptProfiles = Mirror<KeptRow<Account, Profile>>

/** For how long others may be shown a person as before a change, in milliseconds. */
const keptMs = 750
/** Twenty thousand people are kept at least, if so many are looked at in that time. */
const most = 40_000

/** Keeps people for a moment, by id, those among them that there are not. */
export function createKeptProfiles(
  accounts: Pick<AccountRepository, 'findVersioned' | 'versionsOf'>,
  objectStore: Pick<ObjectStore, 'publicUrl'>,
): KeptProfiles {
  const show = (account: Account, caller: Parameters<typeof showProfile>[2]): Profile =>
    showProfile(account, objectStore, caller)
  const read = readUnchangedRows({
    readRows: (ids) => accounts.findVersioned(ids),
    readVersions: (ids) => accounts.versionsOf(ids),
    make: (account) => new KeptRow(account, show),
    most,
  })
  return createMirror(read, { keptMs, most })
}
