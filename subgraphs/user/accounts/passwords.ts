import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import argon2 from 'argon2'
import { bulkhead, isBulkheadRejectedError } from 'cockatiel'
import { Unavailable } from '../../../platform/runtime/errors.ts'

/** Argon2id with 19 MiB, two passes and one lane: the OWASP Password Storage Cheat Sheet. `memoryCost` is in KiB. */
const cost = { type: argon2.argon2id, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 }

/**
 * At most half of libuv's four threads, so that file access and DNS still work during hashing; and at least one core stays free
 * for other requests.
 */
function atOnce(cores: number): number {
  return Math.max(1, Math.min(2, cores - 1))
}

/** A few seconds' worth; later callers get an error at once. */
const waiting = 200

/** Whether a password matches a hash. Without a hash it takes as long and returns false. */
export type ComparePassword = (password: string, passwordHash: string | undefined) => Promise<boolean>

/** A password that nobody can guess: 20 characters of six bits each. */
export async function createOneTimePassword(): Promise<{ readonly password: string; readonly passwordHash: string }> {
  const password = randomBytes(15).toString('base64url')
  return { password, passwordHash: await argon2.hash(password, cost) }
}

export type Passwords = Awaited<ReturnType<typeof createPasswords>>

/**
 * Hashes and compares passwords, one or two at a time in this process.
 *
 * @param cores the number of cores of the machine.
 */
export async function createPasswords(cores = availableParallelism()) {
  const turns = bulkhead(atOnce(cores), waiting)
  const nobodysHash = await argon2.hash(randomBytes(32), cost)

  async function inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    try {
      return await turns.execute(task)
    } catch (error) {
      throw isBulkheadRejectedError(error) ? new Unavailable() : error
    }
  }

  async function compare(password: string, passwordHash: string | undefined): Promise<boolean> {
    const isRight = await argon2.verify(passwordHash ?? nobodysHash, password)
    return passwordHash !== undefined && isRight
  }

  return {
    /**
     * The hash of a password, to be stored.
     *
     * @throws Unavailable when too many are waiting.
     */
    hash: (password: string): Promise<string> => inTurn(() => argon2.hash(password, cost)),

    /**
     * Waits for a free slot and holds it during the attempt: everything the attempt reads is then current, and what it counts
     * is visible to the next attempt.
     *
     * @throws Unavailable when too many are waiting.
     */
    attempt: <Result>(attempt: (compare: ComparePassword) => Promise<Result>): Promise<Result> =>
      inTurn(() => attempt(compare)),
  }
}
