import { expect, it } from 'vitest'
import { validateSettings } from './validate-settings.ts'

const services = {
  DATABASE_URL: 'postgres://db/app',
  REDIS_URL: 'redis://redis',
  MINIO_ENDPOINT: 'http://store:9000',
  MINIO_ACCESS_KEY: 'key',
  MINIO_SECRET_KEY: 'secret of the store',
}
const secrets = {
  ACCESS_TOKEN_SECRETS: 'k1:one secret of more than thirty-two characters',
  CALLER_SECRET: 'another secret of more than thirty-two characters',
}

function judge(part: string, variables: Readonly<Record<string, string>>): string {
  try {
    validateSettings(part, variables)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

it('lets a system start that names all, or may start what it lacks', () => {
  expect(judge('all', {})).toBe('')
  expect(judge('all', { NODE_ENV: 'production', ...services, ...secrets })).toBe('')
  expect(judge('all', { NODE_ENV: 'production', EMBEDDED: 'true', ...secrets })).toBe('')
  expect(judge('migrate', { NODE_ENV: 'production', DATABASE_URL: services.DATABASE_URL })).toBe('')
})

it.each([
  ['user', ['DATABASE_URL', 'REDIS_URL', 'MINIO_ENDPOINT', 'MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY']],
  ['worker', ['DATABASE_URL', 'MINIO_ENDPOINT']],
  ['gateway', ['USER_SUBGRAPH_URL', 'CHAT_SUBGRAPH_URL', 'REDIS_URL', 'MINIO_ENDPOINT', 'CALLER_SECRET']],
  ['rest-adapter', ['GATEWAY_URL', 'MINIO_ENDPOINT', 'ACCESS_TOKEN_SECRETS']],
])('names everything that %s lacks', (part, names) => {
  const message = judge(part, { NODE_ENV: 'production' })
  for (const name of names) expect(message).toContain(name)
})

it('names what is wrong beside what is missing', () => {
  const wrong = { REST_PORT: 'eighty', WATERMARK_FONT: '/no/font', CALLER_SECRET: 'x'.repeat(40) }
  const message = judge('all', { NODE_ENV: 'production', EMBEDDED: 'true', ...wrong })
  for (const part of [
    'REST_PORT',
    '/no/font',
    'CALLER_SECRET is easy to guess',
    'Missing setting: ACCESS_TOKEN_SECRETS',
  ])
    expect(message).toContain(part)
  expect(judge('all', { REST_PORT: '8000', GRAPHQL_PORT: '8000' })).toMatch(/REST_PORT and GRAPHQL_PORT are both 8000/)
  expect(judge('all', { MINIO_ENDPOINT: services.MINIO_ENDPOINT })).toMatch(/MINIO_ACCESS_KEY and MINIO_SECRET_KEY/)
})

it('takes logins of the owners of all its jobs for the database of a worker', () => {
  const [user, video, social] = ['user', 'video', 'social'].map((name) => `postgres://${name}@127.0.0.1/app`)
  const store = { MINIO_ENDPOINT: 'http://127.0.0.1:9000', MINIO_ACCESS_KEY: 'key', MINIO_SECRET_KEY: 'secret' }
  const judge = (logins: NodeJS.ProcessEnv) => () => validateSettings('worker', { ...store, ...logins })
  expect(judge({ USER_DATABASE_URL: user, VIDEO_DATABASE_URL: video, SOCIAL_DATABASE_URL: social })).not.toThrow()
  expect(judge({ VIDEO_DATABASE_URL: video })).toThrow('DATABASE_URL')
})
