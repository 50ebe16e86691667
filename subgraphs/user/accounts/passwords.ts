import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import argon2 from 'argon2'
import { bulkhead, isBulkheadRejectedError } from 'cockatiel'
import { Unavailable } from '../../../platform/runtime/errors.ts'

/** Argon2id with 19 MiB, two passes and one lane: the OWASP Password Storage Cheat Sheet. `memoryCost` is in KiB. */
const cost = { type: argon2.argon2id, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 }

/**
 * Half of libuv's four threads, so that files and names of hosts are still served while passwords are hashed; and a core less
 * than there are, so that everybody else is.
 */
function atOnce(cores: number): number {
  return Math.max(1, Math.min(2, cores - 1))
}

/** Some seconds' worth; whoever comes later is better told so. */
const waiting = 200

/** Whether a password belongs to a hash. Without a hash it takes as long and answers no. */
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
 * @param cores of the machine.
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
     * The hash under which a password is kept.
     *
     * @throws Unavailable when too many wait already.
     */
    hash: (password: string): Promise<string> => inTurn(() => argon2.hash(password, cost)),

    /**
     * Waits for a turn, which lasts until the attempt is over: what it looks up first is up to date, and what it counts
     * in the end is known to the next one.
     *
     * @throws Unavailable when too many wait already.
     */
    attempt: <Result>(attempt: (compare: ComparePassword) => Promise<Result>): Promise<Result> =>
      inTurn(() => attempt(compare)),
  }
}
