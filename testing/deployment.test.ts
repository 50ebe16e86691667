import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { settingNames } from '../platform/runtime/environment.ts'
import { subgraphNames, urlSetting } from '../subgraphs/registry.ts'
import { serviceNames } from '../start/one-service.ts'

interface Service {
  readonly command?: readonly string[]
  readonly ports?: readonly string[]
  readonly healthcheck?: unknown
  readonly volumes?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const { services } = parse(text('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> }

const ofNpmStart = new Set(
  [...text('.env.example').matchAll(/^# ([A-Z_]+)=\S* +\[npm start\]/gm)].map(([, name = '']) => name),
)

describe('docker-compose.yml', () => {
  it('runs every part in a container of its own, with a health check', () => {
    for (const name of serviceNames) {
      expect(services[name]).toMatchObject({ command: [name], healthcheck: { test: expect.anything() as unknown } })
    }
  })

  it('tells the gateway where each subgraph is, and waits for it', () => {
    for (const name of subgraphNames) {
      expect(services['gateway']).toMatchObject({
        environment: { [urlSetting(name)]: `http://${name}:4001/graphql` },
        depends_on: { [name]: { condition: 'service_healthy' } },
      })
    }
  })

  it('publishes the two doors and nothing else', () => {
    const published = Object.keys(services).filter((name) => services[name]?.ports)
    expect(published.sort()).toEqual(['gateway', 'rest-adapter'])
  })

  it('has no default for a secret', () => {
    const secrets = ['POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'MINIO_SECRET_KEY', 'ACCESS_TOKEN_SECRETS', 'CALLER_SECRET']
    for (const secret of secrets) {
      const uses = text('docker-compose.yml').match(new RegExp(`\\$\\{${secret}[^}]*\\}`, 'g')) ?? []
      expect(uses.length).toBeGreaterThan(0)
      expect(uses.every((use) => use.includes(':?'))).toBe(true)
    }
  })

  it('sets only settings that exist', () => {
    expect(settingNames).toEqual(expect.arrayContaining(Object.keys(services['gateway']?.environment ?? {})))
  })

  it('gives every part every setting, but for those that `.env.example` marks as of `npm start`', () => {
    const passed = Object.entries(services['gateway']?.environment ?? {})
      .filter(([name, value]) => value.includes(`\${${name}`))
      .map(([name]) => name)
    const published = ['REST_PORT', 'GRAPHQL_PORT']
    const expected = settingNames.filter((name) => name !== 'NODE_ENV' && !ofNpmStart.has(name))
    expect([...passed, ...published].sort()).toEqual([...expected].sort())
    for (const name of serviceNames) expect(services[name]?.environment).toEqual(services['gateway']?.environment)
  })

  it('mounts the folder of the files that settings name', () => {
    for (const name of serviceNames) expect(services[name]?.volumes).toEqual(['${CONFIG_FOLDER:-./config}:/config:ro'])
  })
})

describe('.env.example', () => {
  it('explains every setting', () => {
    const explained = new Set(
      text('.env.example')
        .match(/^(?:# )?[A-Z_]+(?==)/gm)
        ?.map((name) => name.replace('# ', '')),
    )
    expect(settingNames.filter((name) => !explained.has(name))).toEqual(['NODE_ENV'])
  })
})
