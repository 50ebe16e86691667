import fastify from 'fastify'
import { expect, it } from 'vitest'
import { openRawSocket } from '../testing/raw-socket.ts'
import { takeTurns } from './turns.ts'

it('answers all that a client sends ahead, in its order, and others in between', async () => {
  await using app = fastify()
  takeTurns(app)
  let answered = 0
  app.get('/:number', (request) => {
    // Some work, that a thousand times over would keep everybody waiting.
    for (const end = performance.now() + 0.2; performance.now() < end;);
    answered++
    return `<${(request.params as { number: string }).number}>`
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const count = 3_000
  using flood = openRawSocket(url)
  const call = (number: number, more = ''): string => `GET /${number} HTTP/1.1\r\nHost: a\r\n${more}\r\n`
  const numbers = Array.from({ length: count }, (_, index) => index)
  flood.send(numbers.map((number) => call(number, number === count - 1 ? 'Connection: close\r\n' : '')).join(''))
  await expect.poll(() => answered).toBeGreaterThan(10)
  using other = openRawSocket(url)
  other.send(call(9_999, 'Connection: close\r\n'))
  expect(await other.ended).toContain('<9999>')
  expect(answered).toBeLessThan(count / 2)
  const answers = [...(await flood.ended).matchAll(/<(\d+)>/g)].map(([, number]) => Number(number))
  expect(answers).toEqual(numbers)
})
