import { expect, it } from 'vitest'
import { createPasswords } from './passwords.ts'

const passwords = await createPasswords()

it('knows a password again by its hash, and no other', async () => {
  const hash = await passwords.hash('芝麻开门')

  expect(await passwords.attempt((compare) => compare('芝麻开门', hash))).toBe(true)
  expect(await passwords.attempt((compare) => compare('芝麻关门', hash))).toBe(false)
})

it('says no when there is no hash to compare with', async () => {
  expect(await passwords.attempt((compare) => compare('password', undefined))).toBe(false)
})

it.each([
  { cores: 1, atOnce: 1 },
  { cores: 2, atOnce: 1 },
  { cores: 3, atOnce: 2 },
  { cores: 64, atOnce: 2 },
])(
  'of $cores cores lets $atOnce attempts go on at once, two hundred wait, and turns away the rest',
  async (machine) => {
    const { attempt } = await createPasswords(machine.cores)
    let running = 0
    let mostRunning = 0
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => (release = resolve))
    const attempts = Array.from({ length: 210 }, () =>
      attempt(async () => {
        mostRunning = Math.max(mostRunning, ++running)
        await released
        running--
      }),
    )
    const outcomes = Promise.allSettled(attempts)
    release()

    const refused = (await outcomes).filter((outcome) => outcome.status === 'rejected')
    expect(mostRunning).toBe(machine.atOnce)
    expect(refused).toHaveLength(10 - machine.atOnce)
    expect(refused[0]?.reason).toMatchObject({ extensions: { code: 'UNAVAILABLE' } })
  },
)

it('goes on with the next attempt when one fails', async () => {
  const failing = passwords.attempt(() => Promise.reject(new Error('no')))

  await expect(failing).rejects.toThrow('no')
  expect(await passwords.attempt(() => Promise.resolve('yes'))).toBe('yes')
})
