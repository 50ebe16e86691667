import { describe, expect, it } from 'vitest'
import { readEnvironment, WrongSetting } from './environment.ts'

describe('TRUST_PROXY', () => {
  it.each([
    ['', []],
    ['false', []],
    ['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
    ['192.0.2.1,2001:db8::/32', ['192.0.2.1', '2001:db8::/32']],
  ])('%j names %j', (setting, proxies) => {
    expect(readEnvironment({ TRUST_PROXY: setting }).TRUST_PROXY).toEqual(proxies)
  })

  it.each(['true', '1', '10.0.0.0/33', '10.0.0', 'proxy.example', '10.0.0.1,', '10.0.0.1/8/8'])(
    '%j, which would believe anybody or nobody, is refused',
    (setting) => {
      expect(() => readEnvironment({ TRUST_PROXY: setting })).toThrow(WrongSetting)
    },
  )
})

describe('CORS_ORIGINS', () => {
  it.each([
    ['any', 'any'],
    ['none', 'none'],
    ['https://app.example, http://localhost:5173', ['https://app.example', 'http://localhost:5173']],
  ])('%j names %j', (setting, origins) => {
    expect(readEnvironment({ CORS_ORIGINS: setting }).CORS_ORIGINS).toEqual(origins)
  })

  it.each(['*', 'app.example', 'https://app.example/', 'https://app.example/path'])('%j is refused', (setting) => {
    expect(() => readEnvironment({ CORS_ORIGINS: setting })).toThrow(WrongSetting)
  })
})
