import DataLoader from 'dataloader'
import { isId } from '../../../platform/ids.ts'
import type { Account, AccountRepository } from './repository.ts'

/** Loaders of one request; null for whom there is not. */
export function createAccountLoaders(accounts: AccountRepository) {
  return {
    account: new DataLoader<string, Account | null>(async (ids) => {
      const found = await accounts.findMany(ids)
      return ids.map((id) => found.get(id) ?? null)
    }),
    /** Whoever is banned is shown in no list and under nothing that he made; only who asks for him alone finds him. */
    shownAccount: new DataLoader<string, Account | null>(async (ids) => {
      const found = await accounts.findMany(ids.filter(isId))
      return ids.map((id) => {
        const account = found.get(id)
        return account && !account.isBanned ? account : null
      })
    }),
    accountByName: new DataLoader<string, Account | null>(async (names) => {
      const found = await accounts.findManyByName(names)
      return names.map((name) => found.get(name) ?? null)
    }),
  }
}
