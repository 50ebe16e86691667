import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, register } from '../start/people.ts'
import { makeClip } from './clips.ts'
import { createTestDatabase } from './database.ts'
import { serviceSettings } from './network.ts'
import { createRestClient } from './rest-client.ts'
import { startProcess } from './system-process.ts'

const secret = (what: string): string => `${what}-${randomBytes(16).toString('hex')}`

const secrets = {
  accessTokens: secret('access-token-secret'),
  callers: secret('caller-secret'),
  redis: secret('redis-password'),
  password: randomBytes(8).toString('hex'),
  newPassword: randomBytes(8).toString('hex'),
  wrongPassword: randomBytes(8).toString('hex'),
  message: secret('between alice and bob'),
}

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'short-video-logs-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

it('tells no password, token, secret or message in its logs, however much it logs and whatever goes wrong', async () => {
  await using database = await createTestDatabase()
  const settings = serviceSettings(database.url)
  await using system = startProcess('all', {
    ...settings,
    DATA_DIR: dataDir,
    SEED: 'false',
    LOG_LEVEL: 'trace',
    ACCESS_TOKEN_SECRETS: `k1:${secrets.accessTokens}`,
    CALLER_SECRET: secrets.callers,
    // Nothing listens there, which is logged.
    REDIS_URL: `redis://:${secrets.redis}@127.0.0.1:1`,
  })
  const address = async (door: string): Promise<string> =>
    (await system.line(new RegExp(`^ +${door} +http`))).trim().split(/\s+/)[1] ?? ''
  const urls = { restUrl: new URL(await address('REST')).origin, graphqlUrl: await address('GraphQL') }
  const rest = createRestClient(urls.restUrl)
  const { password, newPassword, wrongPassword, message } = secrets

  const [alice, bob] = [await register(urls, 'alice', password), await register(urls, 'bob', password)]
  const clip = await makeClip({})
  await alice.publishes('sunset', clip)
  await alice.says(bob, message)

  // Rejected calls of all kinds, which are logged the most.
  const { token } = alice
  const tokens = [`${token}x`, `${token.slice(0, -4)}AAAA`, `Bearer ${token}`, wrongPassword]
  for (const wrong of tokens) {
    await rest.post('/douyin/favorite/action/', { token: wrong, video_id: 1, action_type: 1 })
    await rest.call('GET', '/douyin/message/chat/', { headers: { authorization: `Bearer ${wrong}`, token: wrong } })
    await rest.call('POST', '/douyin/publish/action/', {
      parts: [
        { name: 'data', fileName: 'a.mp4', content: 'no video' },
        { name: 'token', content: wrong },
      ],
    })
    await expect(ask(urls, '{ sessions { id } }', {}, wrong)).rejects.toThrow()
  }
  for (let attempt = 0; attempt < 12; attempt++) {
    await rest.post('/douyin/user/login/', { username: 'bob', password: wrongPassword })
  }
  await rest.post('/douyin/user/register/', { username: 'alice', password })
  await rest.call('POST', '/douyin/user/login/', {
    body: `{"password":"${password}"`,
    headers: { 'content-type': 'application/json', token },
  })
  await rest.get('/douyin/user/', { token, user_id: `${token}${'x'.repeat(60_000)}` })
  await rest.get(`/nothing/${token}`, { token, password })
  await rest.call('POST', '/douyin/publish/action/', {
    parts: [
      { name: 'token', content: token },
      { name: 'data', fileName: 'a.mp4', content: (await readFile(clip)).subarray(0, 2_000) },
    ],
  })
  await expect(ask(urls, `{ "${password}" }`, { password }, token)).rejects.toThrow()
  await expect(
    ask(urls, `mutation { login(input: { password: "${password}", name: 1 }) { accessToken } }`),
  ).rejects.toThrow()
  const form = await alice.asks<{ createUpload: { url: string; fields: { name: string; value: string }[] } }>(
    'mutation { createUpload { url fields { name value } } }',
  )
  await alice.asks(
    'mutation ($old: String!, $new: String!) { changePassword(input: { currentPassword: $old, newPassword: $new }) { user { id } } }',
    { old: password, new: newPassword },
  )
  const signature = form.createUpload.fields.find(({ name }) => name === 'x-amz-signature')?.value ?? ''
  const tampered = new FormData()
  for (const { name, value } of form.createUpload.fields) tampered.set(name, `${value}0`)
  tampered.set('file', 'no video')
  expect((await fetch(form.createUpload.url, { method: 'POST', body: tampered })).status).toBeGreaterThanOrEqual(400)

  system.child.kill('SIGTERM')
  const { stderr } = await system.ended
  const logged = `${stderr}\n${system.lines.join('\n')}`
  expect(logged).toContain('redis is down')
  const told = [...Object.values(secrets), token, bob.token, signature, settings['MINIO_SECRET_KEY'] ?? '']
  expect(told.every((text) => text.length >= 15)).toBe(true)
  for (const text of told) expect(logged).not.toContain(text)
})
