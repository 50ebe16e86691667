import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { giveAway, known, limitsOnly, startConfined, works, type Confinement } from './confinement.ts'

const megabyte = 1024 * 1024
const limits = { cpuSeconds: 4.5, memoryBytes: 256 * megabyte - 0.5, fileBytes: megabyte - 0.5 }

/** What an ordinary user gets where there is no `unshare`. */
const ordinaryUser: Confinement = { ...limitsOnly, description: 'an ordinary user alone', assumedFirst: true }
const isRoot = process.getuid?.() === 0
const everyWay = [...known, limitsOnly, ...(isRoot ? [ordinaryUser] : [])]

/** The output of a shell script in a confinement. */
async function says(confinement: Confinement, script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'confinement-test-'))
  try {
    if (confinement.assumedFirst || confinement.ownAccount) await giveAway(folder)
    const child = startConfined(confinement, '/bin/sh', ['-c', script], folder, limits)
    const [said] = await Promise.all([text(child.stdout), once(child, 'close')])
    return said
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const possible: [string, Confinement][] = []
for (const way of everyWay) {
  if (await works(way, '/bin/sh')) possible.push([`${way.description} (${way.prefix.join(' ')})`, way])
}

describe.runIf(process.platform === 'linux')('a program that is confined to', () => {
  it.each(possible)('%s has all limits, whoever started it', async (_, way) => {
    const said = await says(way, 'cat /proc/self/limits; echo uid $(id -u); cat /proc/net/dev')
    const limitOf = (name: string) => new RegExp(`^${name} +(\\d+) +\\1 `, 'm').exec(said)?.[1]
    expect(limitOf('Max cpu time')).toBe('5')
    expect(limitOf('Max address space')).toBe(String(256 * megabyte))
    expect(limitOf('Max file size')).toBe(String(megabyte))
    expect(limitOf('Max open files')).toBe('64')
    expect(limitOf('Max core file size')).toBe('0')
    if (way.ownAccount || way.assumedFirst) expect(said).not.toContain('uid 0\n')
    // A new network namespace has only a loopback interface, which carried no data.
    const interfaces = [...said.matchAll(/^ *(\w+): +(\d+)/gm)].map(([, name, bytes]) => `${name ?? ''} ${bytes ?? ''}`)
    if (way.description.includes('no network')) expect(interfaces).toEqual(['lo 0'])
  })

  it('nothing but limits is what is left without `unshare`', async () => {
    expect(await works({ ...limitsOnly, prefix: ['no-such-unshare', '--net', '--'] }, '/bin/sh')).toBe(false)
    expect(await works(limitsOnly, '/bin/sh')).toBe(true)
  })
})
