import fastify, { type FastifyInstance } from 'fastify'
import { expect, it } from 'vitest'
import { openRawSocket } from '../../testing/raw-socket.ts'
import { takeTurns } from './request-turns.ts'

/** A server that is busy for a moment with every call, and the numbers of calls that it has read and answered. */
function busyServer(): FastifyInstance & { readonly read: () => number; readonly answered: readonly number[] } {
  const app = fastify()
  let read = 0
  const answered: number[] = []
  takeTurns(app.server)
  app.server.prependListener('request', () => read++)
  app.get('/:number', (request) => {
    const { number } = request.params as { number: string }
    // A thousand of these would block everyone else.
    for (const end = performance.now() + 0.2; performance.now() < end;);
    answered.push(Number(number))
    return `<${number}>`
  })
  return Object.assign(app, { read: () => read, answered })
}

const call = (number: number, more = ''): string => `GET /${number} HTTP/1.1\r\nHost: a\r\n${more}\r\n`
const lastCall = (number: number): string => call(number, 'Connection: close\r\n')

function sentAhead(count: number): string {
  return Array.from({ length: count }, (_, number) => call(number)).join('')
}

function numbersIn(answers: string): number[] {
  return [...answers.matchAll(/<(\d+)>/g)].map(([, number]) => Number(number))
}

function countingTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

it('answers what a client sends ahead, in its order, and others in between', async () => {
  await using app = busyServer()
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  using ahead = openRawSocket(url)
  using other = openRawSocket(url)
  ahead.send(sentAhead(199) + lastCall(199))
  await expect.poll(() => app.answered.length, { interval: 1 }).toBeGreaterThan(10)
  other.send(lastCall(9_999))
  expect(await other.ended).toContain('<9999>')
  expect(app.answered.indexOf(9_999)).toBeLessThan(150)
  expect(numbersIn(await ahead.ended)).toEqual(countingTo(200))
})

it('answers the first of too many and closes, and has read no further', async () => {
  await using app = busyServer()
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  using flood = openRawSocket(url)
  flood.send(sentAhead(20_000))
  await flood.ended
  const { answered } = app
  expect(answered).toEqual(countingTo(answered.length))
  expect(answered.length).toBeLessThanOrEqual(257)
  expect(answered.length).toBeGreaterThan(200)
  // One buffer holds 1 500 more.
  expect(app.read()).toBe(answered.length)
})

it('holds fewer for each when many send ahead, and serves them all', async () => {
  await using app = busyServer()
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const floods = Array.from({ length: 40 }, () => openRawSocket(url))
  for (const flood of floods) flood.send(sentAhead(1_000))
  const other = openRawSocket(url)
  other.send(lastCall(9_999))
  expect(await other.ended).toContain('<9999>')
  await Promise.all(floods.map((flood) => flood.ended))
  expect(app.read()).toBe(app.answered.length)
  expect(app.answered.length).toBeGreaterThan(40)
  // What 8 connections may send ahead, plus a few requests of each other connection.
  expect(app.answered.length).toBeLessThan(10 * 257 + 32 * 20)
})

it('forgets what waits on a connection that is gone', async () => {
  await using app = busyServer()
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const flood = openRawSocket(url)
  flood.send(sentAhead(200))
  await expect.poll(() => app.answered.length, { interval: 1 }).toBeGreaterThan(5)
  flood[Symbol.dispose]()
  await flood.ended
  using other = openRawSocket(url)
  other.send(lastCall(9_999))
  expect(await other.ended).toContain('<9999>')
  await expect
    .poll(() => new Promise<number>((resolve) => app.server.getConnections((_, count) => resolve(count))))
    .toBe(0)
  expect(app.answered.length).toBeLessThan(200)
})
