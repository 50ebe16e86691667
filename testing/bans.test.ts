import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { readEnvironment } from '../platform/runtime/environment.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { login } from '../start/people.ts'
import { runAccountCommand } from '../start/account-commands.ts'
import { bootNetwork, type Network, type TestPerson } from './network.ts'
import { patience } from './waiting.ts'

/** Two processes of one system. */
let network: Network
let other: Network
let admin: TestPerson

beforeAll(async () => {
  const shared = {
    REDIS_PREFIX: `${randomBytes(6).toString('hex')}:`,
    ACCESS_TOKEN_SECRETS: `k1:${randomBytes(32).toString('base64url')}`,
    CALLER_SECRET: randomBytes(32).toString('base64url'),
  }
  network = await bootNetwork({ settings: shared })
  other = await bootNetwork({ settings: { ...shared, DATABASE_URL: network.databaseUrl } })
  admin = await network.person('admin')
  const environment = readEnvironment({ DATABASE_URL: network.databaseUrl })
  await runAccountCommand(environment, 'grant-admin', [admin.name], () => undefined, createLogger('silent', 'test'))
})
afterAll(async () => {
  await other[Symbol.asyncDispose]()
  await network[Symbol.asyncDispose]()
})

const ban = `mutation ($userId: ID!, $reason: String!) {
  banUser(input: { userId: $userId, reason: $reason }) { user { isBanned } }
}`
const unban = ban.replace('banUser', 'unbanUser')

interface Feed {
  readonly video_list: readonly { readonly title: string }[]
}
async function feedOf(person: TestPerson): Promise<string[]> {
  const { video_list: videos } = await person.calls<Feed>('GET', '/douyin/feed/')
  return videos.map(({ title }) => title)
}

it('a ban ends sessions on every process within a second, and hides what was published until it is taken back', async () => {
  const bob = await network.person('bob')
  const carol = await network.person('carol')
  const elsewhere = await login(other, bob.name, 'password')
  await bob.publishes('by bob')
  await carol.follows(bob)
  await Promise.all([bob, elsewhere].map((session) => session.asks('{ viewer { id } }')))

  await admin.asks(ban, { userId: bob.id, reason: '发布垃圾信息' })
  for (const session of [bob, elsewhere]) {
    await vi.waitFor(() => expect(session.asks('{ viewer { id } }')).rejects.toThrow('Please sign in.'), patience)
    await vi.waitFor(() => expect(session.follows(carol)).rejects.toThrow('请先登录。'), patience)
  }
  for (const door of [network, other]) {
    await expect(login(door, bob.name, 'password')).rejects.toThrow('该账号已被封禁：发布垃圾信息')
  }
  await vi.waitFor(async () => expect(await feedOf(carol)).toEqual([]), patience)
  expect(await carol.calls('GET', '/douyin/relation/follow/list/')).toMatchObject({ user_list: [] })
  await expect(carol.says(bob, 'are you there?')).rejects.toThrow('用户不存在。')

  await admin.asks(unban, { userId: bob.id, reason: 'a mistake' })
  await vi.waitFor(async () => expect(await feedOf(carol)).toEqual(['by bob']), patience)
  await (await login(other, bob.name, 'password')).follows(carol)
})

it('a video that an administrator took down is gone for everybody, and its author reads why', async () => {
  const dave = await network.person('dave')
  const videoId = await dave.publishes('not his own')
  await dave.likes(videoId)
  const takeDown = `mutation ($videoId: ID!) {
    takeDownVideo(input: { videoId: $videoId, reason: "not yours" }) { author { name workCount } }
  }`
  expect(await admin.asks(takeDown, { videoId })).toEqual({
    takeDownVideo: { author: { name: dave.name, workCount: 0 } },
  })
  expect(await feedOf(dave)).not.toContain('not his own')
  expect(await dave.calls('GET', '/douyin/favorite/list/')).toMatchObject({ video_list: [] })
  expect(await dave.asks('{ takenDownVideos { edges { node { title reason } } } }')).toEqual({
    takenDownVideos: { edges: [{ node: { title: 'not his own', reason: 'not yours' } }] },
  })
  expect(await admin.asks('{ videoAuditLog { edges { node { action subjectId actor { name } } } } }')).toEqual({
    videoAuditLog: {
      edges: [{ node: { action: 'TAKE_DOWN_VIDEO', subjectId: videoId, actor: { name: admin.name } } }],
    },
  })
})
