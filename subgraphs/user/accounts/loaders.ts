import DataLoader from 'dataloader'
import type { Account, AccountRepository } from './repository.ts'

/** Loaders for one request that read the current rows; null for users that do not exist. */
export function createAccountLoaders(accounts: AccountRepository) {
  return {
    account: new DataLoader<string, Account | null>(async (ids) => {
      const found = await accounts.findMany(ids)
      return ids.map((id) => found.get(id) ?? null)
    }),
    accountByName: new DataLoader<string, Account | null>(async (names) => {
      const found = await accounts.findManyByName(names)
      return names.map((name) => found.get(name) ?? null)
    }),
  }
}
