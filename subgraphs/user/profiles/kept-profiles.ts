import { KeptRow } from '../../../platform/kept-row.ts'
import { createMirror, type Mirror } from '../../../platform/mirror.ts'
import type { ObjectStore } from '../../../platform/object-store.ts'
import type { Account, AccountRepository } from '../accounts/repository.ts'
import { showProfile, type Profile } from './profile.ts'

export type KeptProfiles = Mirror<KeptRow<Account, Profile>>

/** For how long others may be shown a person as before a change, in milliseconds. */
const keptMs = 750
/** Twenty thousand people are kept at least, if so many are looked at in that time. */
const most = 40_000

/** Keeps people for a moment, by id, those among them that there are not. */
export function createKeptProfiles(
  accounts: Pick<AccountRepository, 'findMany'>,
  objectStore: Pick<ObjectStore, 'publicUrl'>,
): KeptProfiles {
  const show = (account: Account, caller: Parameters<typeof showProfile>[2]): Profile =>
    showProfile(account, objectStore, caller)
  return createMirror(
    async (ids) => {
      const found = await accounts.findMany(ids)
      const kept = new Map<string, KeptRow<Account, Profile>>()
      for (const id of ids) {
        const account = found.get(id)
        if (account) kept.set(id, new KeptRow(account, show))
      }
      return kept
    },
    { keptMs, most },
  )
}
