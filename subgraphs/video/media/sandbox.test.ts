import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { confinementOf } from './confinement.ts'
import { run, type RunOptions } from './sandbox.ts'
import { patience } from '../../../testing/waiting.ts'

const megabyte = 1024 * 1024
const limits = { cpuSeconds: 5, memoryBytes: 256 * megabyte, fileBytes: megabyte }

let folder: string
let outside: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  outside = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
})
afterAll(async () => {
  for (const path of [folder, outside]) await rm(path, { recursive: true })
})

function sh(script: string, options: Partial<RunOptions> = {}) {
  return run('/bin/sh', ['-c', script], { folder, deadlineMs: 10_000, limits, ...options })
}

const { description } = await confinementOf('/bin/sh')

describe.skipIf(process.platform === 'win32')('a program over a stranger’s file', () => {
  it('answers what it says and how it ends', async () => {
    expect(await sh('echo said; echo complained >&2; exit 3')).toEqual({
      end: 'failed',
      output: 'said\n',
      complaints: 'complained\n',
    })
    expect(await sh('exit 0')).toMatchObject({ end: 'well', output: '' })
  })

  it('is told nothing about us: its environment is empty, and so is its input', async () => {
    vi.stubEnv('CALLER_SECRET', 'not for strangers')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { output } = await run('/usr/bin/env', [], { folder, deadlineMs: 10_000, limits })
    expect(output.split('\n').filter((line) => !/^(PWD=|OLDPWD=|SHLVL=|_=|$)/.test(line))).toEqual([])
    expect(await sh('cat')).toMatchObject({ end: 'well', output: '' })
  })

  it.runIf(process.platform === 'linux')('has limits of the system', async () => {
    const { output } = await sh('cat /proc/self/limits')
    const limitOf = (name: string) => new RegExp(`^${name} +(\\d+) +\\1 `, 'm').exec(output)?.[1]
    expect(limitOf('Max cpu time')).toBe('5')
    expect(limitOf('Max address space')).toBe(String(256 * megabyte))
    expect(limitOf('Max file size')).toBe(String(megabyte))
    expect(limitOf('Max open files')).toBe('64')
    expect(limitOf('Max core file size')).toBe('0')
    if (description.includes('own account')) expect(limitOf('Max processes')).toBe('256')
  })

  it('leaves the processor to others, and to programs that somebody waits for', async () => {
    expect((await sh('sleep 0.2; nice')).output).toBe('10\n')
    expect((await sh('sleep 0.2; nice', { isAwaited: true })).output).toBe('5\n')
  })

  it('is killed when it has used up its processor time', async () => {
    const started = Date.now()
    const outcome = await sh('while :; do :; done', { limits: { ...limits, cpuSeconds: 1 }, deadlineMs: 20_000 })
    expect(outcome.end).toBe('killed')
    expect(Date.now() - started).toBeLessThan(15_000)
  })

  it.runIf(process.platform === 'linux')('gets no more memory than it may have', async () => {
    // Without a line break, `tail` keeps everything it reads in memory.
    const hungry = (megabytes: number) => sh(`head -c ${megabytes * megabyte} /dev/zero | tail -n 1 | wc -c`)
    expect((await hungry(20)).output).toBe(`${20 * megabyte}\n`)
    expect((await hungry(400)).output).toBe('0\n')
  })

  it('writes no file beyond its size', async () => {
    await sh('head -c 3000000 /dev/zero > large')
    expect((await stat(join(folder, 'large'))).size).toBeLessThanOrEqual(megabyte)
  })

  it('is killed at the deadline with all that it started', async () => {
    let pid = 0
    const outcome = await sh('sleep 60 & echo $!; wait', {
      deadlineMs: 300,
      onOutput: (text) => (pid = Number(text)),
    })
    expect(outcome.end).toBe('too slow')
    expect(pid).toBeGreaterThan(0)
    await vi.waitFor(async () => expect(await stateOf(pid)).toMatch(/gone|Z/), patience)
  })

  it('is killed when nobody wants its answer any more', async () => {
    const stopping = new AbortController()
    const running = sh('echo begun; sleep 60', { signal: stopping.signal, onOutput: () => stopping.abort() })
    expect((await running).end).toBe('aborted')
    expect((await sh('echo never', { signal: stopping.signal })).output).toBe('')
  })

  it('ends with the process that wanted it, even when that one is killed', { timeout: 120_000 }, async () => {
    const script = `
      import { run } from ${JSON.stringify(new URL('./sandbox.ts', import.meta.url).href)}
      const [folder] = process.argv.slice(-1)
      const limits = { cpuSeconds: 5, memoryBytes: 2 ** 28, fileBytes: 2 ** 20 }
      const onOutput = (text) => process.stdout.write(text)
      await run('/bin/sh', ['-c', 'sleep 60 & echo $$ $!; wait'], { folder, deadlineMs: 60_000, limits, onOutput })`
    const victim = spawn(process.execPath, ['--import', 'tsx/esm', '--input-type=module', '-e', script, folder])
    const [pids] = (await once(victim.stdout, 'data')) as [Buffer]
    victim.kill('SIGKILL')
    const started = pids.toString().trim().split(' ').map(Number)
    expect(started).toHaveLength(2)
    for (const pid of started) await vi.waitFor(async () => expect(await stateOf(pid)).toMatch(/gone|Z/), patience)
  })

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'leaves nothing behind where nobody collects what was left',
    { timeout: 120_000 },
    async () => {
      const script = `
        import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
        import { run } from ${JSON.stringify(new URL('./sandbox.ts', import.meta.url).href)}
        const limits = { cpuSeconds: 5, memoryBytes: 2 ** 28, fileBytes: 2 ** 20 }
        for (let turn = 0; turn < 20; turn++) {
          await run('/bin/sh', ['-c', 'exit 0'], { folder: process.argv.at(-1), deadlineMs: 5_000, limits })
        }
        // By the numbers that processes have outside of the namespace, where this one has another.
        const zombieOfMine = new RegExp(' Z ' + readlinkSync('/proc/self') + ' ')
        const ids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))
        const states = ids.map((id) => { try { return readFileSync('/proc/' + id + '/stat', 'utf8') } catch { return '' } })
        process.stdout.write(String(states.filter((state) => zombieOfMine.test(state)).length))
        process.exit()`
      const node = [process.execPath, '--import', 'tsx/esm', '--input-type=module', '-e', script, folder]
      // It is the first process of its namespace, and one that does not reap orphans.
      const first = spawn('unshare', ['--pid', '--fork', ...node], { stdio: ['ignore', 'pipe', 'inherit'] })
      let zombies = ''
      first.stdout.on('data', (text: Buffer) => (zombies += text.toString()))
      await once(first, 'close')
      // The last watchdog may be ending right now.
      expect(zombies).toMatch(/^[0-2]$/)
    },
  )

  it('is killed when it talks without end', async () => {
    expect((await sh('yes', { maxOutputBytes: 1_000 })).end).toBe('too much output')
  })

  it.runIf(description.includes('own account'))('owns nothing but its folder', async () => {
    await writeFile(join(outside, 'secret'), 'secret', { mode: 0o600 })
    const reading = await sh(`cat ${join(outside, 'secret')}`)
    expect(reading).toMatchObject({ end: 'failed', output: '' })
    expect((await sh(`echo > ${join(outside, 'written')}`)).end).toBe('failed')
    expect((await sh('echo here > written && cat written')).output).toBe('here\n')
    expect((await sh('id -u; id -G')).output).not.toMatch(/^0$/m)
  })

  it.runIf(description.includes('no network'))('reaches nobody, on this machine or elsewhere', async () => {
    let calls = 0
    const listener = createServer((socket) => {
      calls++
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    onTestFinished(() => void listener.close())
    const { port } = listener.address() as AddressInfo
    const call = `require('net').connect(${port}, '127.0.0.1').on('error', (error) => console.log(error.code))`
    const settings = { folder, deadlineMs: 10_000, limits: { ...limits, memoryBytes: 2 ** 40 } }
    const { output } = await run(process.execPath, ['-e', call], settings)
    expect(output).toMatch(/^E(CONNREFUSED|NETUNREACH)/)
    expect(calls).toBe(0)
  })

  it('is not blamed for a program that is missing or no program', async () => {
    const settings = { folder, deadlineMs: 1_000, limits }
    await expect(run(join(outside, 'missing'), [], settings)).rejects.toThrow('ENOENT')
    await writeFile(join(outside, 'broken'), '#!/no/such/shell\n', { mode: 0o755 })
    await expect(run(join(outside, 'broken'), [], settings)).rejects.toThrow('cannot be executed')
  })
})

async function stateOf(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return /^State:\s+(\w)/m.exec(status)?.[1] ?? 'gone'
}
