import fastify from 'fastify'
import { expect, it } from 'vitest'
import { openRawSocket } from '../testing/raw-socket.ts'
import { takeTurns } from './turns.ts'

it('answers all that a client sends ahead, in its order, and others in between', async () => {
  await using app = fastify()
  takeTurns(app.server)
  let answered = 0
  /** How many had been answered when the other client had its turn. */
  let before = Infinity
  app.get('/:number', (request) => {
    const { number } = request.params as { number: string }
    // Some work, that a thousand times over would keep everybody waiting.
    for (const end = performance.now() + 0.2; performance.now() < end;);
    if (number === '9999') before = answered
    answered++
    return `<${number}>`
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const count = 3_000
  using flood = openRawSocket(url)
  using other = openRawSocket(url)
  const call = (number: number, more = ''): string => `GET /${number} HTTP/1.1\r\nHost: a\r\n${more}\r\n`
  const numbers = Array.from({ length: count }, (_, index) => index)
  flood.send(numbers.map((number) => call(number, number === count - 1 ? 'Connection: close\r\n' : '')).join(''))
  await expect.poll(() => answered, { interval: 1 }).toBeGreaterThan(10)
  other.send(call(9_999, 'Connection: close\r\n'))
  expect(await other.ended).toContain('<9999>')
  expect(before).toBeLessThan(count / 2)
  const answers = [...(await flood.ended).matchAll(/<(\d+)>/g)].map(([, number]) => Number(number))
  expect(answers).toEqual(numbers)
})
