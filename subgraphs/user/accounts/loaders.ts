import DataLoader from 'dataloader'
import type { Account, AccountRepository } from './repository.ts'

/** Loaders of one request, of what is true now; null for whom there is not. */
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
