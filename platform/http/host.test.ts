import { expect, it } from 'vitest'
import { hostOfSocket, isHost } from './host.ts'

it.each([
  'localhost',
  'videos.example',
  'videos.example:8080',
  'my_machine:1',
  '10.0.2.2:8080',
  '[::1]:8080',
  '[2001:db8::7]',
  'xn--fiq228c.example.',
])('takes %s for a host', (text) => expect(isHost(text)).toBe(true))

it.each([
  '',
  'a"><script>',
  'evil.example/path?',
  'user@evil.example',
  'a b',
  'a#b',
  'a\\b',
  'a%2fb',
  'a:b',
  'a:123456',
  'a,b',
  '[::1',
  '::1',
  '[::1]x',
  '视频.example',
  'a'.repeat(254),
  'a\n',
])('takes %j for no host', (text) => expect(isHost(text)).toBe(false))

it('names the address that was reached where the client names no host', () => {
  expect(hostOfSocket({ localAddress: '10.0.2.15', localPort: 8080 })).toBe('10.0.2.15:8080')
  expect(hostOfSocket({ localAddress: '::1', localPort: 8080 })).toBe('[::1]:8080')
})
