import DataLoader from 'dataloader'
import type { Account, AccountRepository } from './repository.ts'

type AccountLoader = DataLoader<string, Account | null>

/** Loaders of one request that read the current rows; null for users that do not exist. Each is created on first use. */
export class AccountLoaders {
  readonly #accounts: AccountRepository
  #account: AccountLoader | undefined
  #accountByName: AccountLoader | undefined

  constructor(accounts: AccountRepository) {
    this.#accounts = accounts
  }

  get account(): AccountLoader {
    return (this.#account ??= new DataLoader<string, Account | null>(async (ids) => {
      const found = await this.#accounts.findMany(ids)
      return ids.map((id) => found.get(id) ?? null)
    }))
  }

  get accountByName(): AccountLoader {
    return (this.#accountByName ??= new DataLoader<string, Account | null>(async (names) => {
      const found = await this.#accounts.findManyByName(names)
      return names.map((name) => found.get(name) ?? null)
    }))
  }
}
