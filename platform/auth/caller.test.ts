import { describe, expect, it } from 'vitest'
import { requireViewer, signCaller, verifyCaller, warnOfClocks, type Caller } from './caller.ts'
import { Unauthenticated } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'

const secret = 's'.repeat(32)
const alice: Caller = {
  viewer: { userId: '1', sessionId: '2' },
  language: 'zh',
  origin: 'http://短视频.test:8080',
  clientAddress: '2001:db8::1',
  userAgent: 'okhttp/4.9 🎬',
  requestId: 'b5a1',
}

describe('a signed caller', () => {
  it('arrives as it was sent', () => {
    expect(verifyCaller(secret, signCaller(secret, alice))).toEqual(alice)
    const anonymous = { ...alice, viewer: null }
    expect(verifyCaller(secret, signCaller(secret, anonymous))).toEqual(anonymous)
  })

  it('is believed for ten seconds', () => {
    const signed = signCaller(secret, alice, 1_000_000)

    expect(verifyCaller(secret, signed, 1_009_999)).toEqual(alice)
    expect(verifyCaller(secret, signed, 1_010_000)).toBeNull()
  })

  it('that is too old tells by how much the clocks differ, and a forged one tells nothing', () => {
    const late: number[] = []
    const signed = signCaller(secret, alice, 1_000_000)
    expect(verifyCaller(secret, signed, 1_020_500, (byMs) => late.push(byMs))).toBeNull()
    expect(verifyCaller('another', signed, 1_020_500, (byMs) => late.push(byMs))).toBeNull()
    expect(late).toEqual([20_500])
    const lines: string[] = []
    const log = { error: (_: object, text: string) => void lines.push(text) } as unknown as Logger
    for (const byMs of late) for (const _ of ['first', 'again']) warnOfClocks(log, byMs)
    expect(lines).toEqual([expect.stringMatching(/clock of this process is 20\.5 s ahead/)])
  })

  it('fits into a header', () => {
    expect(signCaller(secret, alice)).toMatch(/^[\w.-]+$/)
  })

  const signed = signCaller(secret, alice)
  const [payload = '', signature = ''] = signed.split('.')
  const mallory = Buffer.from(JSON.stringify({ ...alice, viewer: { userId: '3', sessionId: '4' } })).toString(
    'base64url',
  )
  it.each([
    ['empty', ''],
    ['unsigned', payload],
    ['signed with nothing', `${payload}.`],
    ['signed with another secret', signCaller('t'.repeat(32), alice)],
    ['somebody else under the same signature', `${mallory}.${signature}`],
    ['signed with half a signature', `${payload}.${signature.slice(0, 20)}`],
    ['signed with other characters', `${payload}.${'é'.repeat(signature.length)}`],
    ['followed by something', `${signed}.more`],
  ])('is not believed when it is %s', (_, text) => {
    expect(verifyCaller(secret, text)).toBeNull()
  })
})

describe('the viewer', () => {
  it('is the signed-in person', () => {
    expect(requireViewer(alice)).toEqual({ userId: '1', sessionId: '2' })
  })

  it('is nobody in an anonymous call', () => {
    expect(() => requireViewer({ ...alice, viewer: null })).toThrow(Unauthenticated)
  })
})
