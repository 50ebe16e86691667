import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { readEnvironment, WrongSetting } from '../platform/runtime/environment.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { openDependencies } from '../start/dependencies.ts'
import { register } from '../start/people.ts'
import { bootNetwork, type Network, type TestPerson } from './network.ts'

let folder: string
let list: string
let network: Network
let alice: TestPerson
let bob: TestPerson
let videoId: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'short-video-words-'))
  list = join(folder, 'words.txt')
  await writeFile(list, '坏话\nbadword\n')
  network = await bootNetwork({ settings: { SENSITIVE_WORDS_FILE: list } })
  alice = await network.person('alice')
  bob = await network.person('bob')
  videoId = await bob.publishes('sunset')
})

afterAll(async () => {
  await network[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const addComment = `mutation ($videoId: ID!, $content: String!) {
  addComment(input: { videoId: $videoId, content: $content }) { comment { id content } }
}`

it('a name with a sensitive word is refused, and so is a line about oneself', async () => {
  await expect(register(network, 'Mr. ＢＡＤＷＯＲＤ', 'password')).rejects.toThrow('用户名含有不允许使用的词语。')
  const sign = 'mutation { updateProfile(input: { signature: "I say 壞話" }) { user { signature } } }'
  await expect(alice.asks(sign)).rejects.toThrow('The signature contains a word that is not allowed here.')
})

it('a title with a sensitive word is refused, and the upload can be published under another', async () => {
  await expect(bob.publishes('some 壞話')).rejects.toThrow('标题含有不允许使用的词语。')
  await bob.publishes('some good words')
})

it('a comment is shown with its sensitive words masked, and its own words are kept', async () => {
  const overGraphql = await alice.asks<{ addComment: { comment: { id: string; content: string } } }>(addComment, {
    videoId,
    content: '不要说坏\u200b话!',
  })
  expect(overGraphql.addComment.comment.content).toBe('不要说*\u200b*!')
  const overRest = await alice.comments(videoId, 'what a BadWord')
  await alice.comments(videoId, 'how nice')

  const { comment_list: comments } = await bob.calls<{ comment_list: { content: string }[] }>(
    'GET',
    '/douyin/comment/list/',
    { video_id: videoId },
  )
  expect(comments.map(({ content }) => content)).toEqual(['how nice', 'what a *******', '不要说*\u200b*!'])
  const sql = new pg.Client(network.databaseUrl)
  await sql.connect()
  const { rows } = await sql.query('select id, original_content from social.comments order by id')
  await sql.end()
  expect(rows).toEqual([
    { id: overGraphql.addComment.comment.id, original_content: '不要说坏\u200b话!' },
    { id: overRest, original_content: 'what a BadWord' },
    { id: expect.anything() as unknown, original_content: null },
  ])
})

it('a message is shown with its sensitive words masked', async () => {
  await alice.says(bob, '都是壞話')
  const chat = await bob.calls<{ message_list: { content: string }[] }>('GET', '/douyin/message/chat/', {
    to_user_id: alice.id,
  })
  expect(chat.message_list.map(({ content }) => content)).toEqual(['都是**'])
})

it('the list can be edited while everything runs', async () => {
  await writeFile(list, '坏话\nbadword\nnewest\n')
  await vi.waitFor(
    async () => {
      const { addComment: added } = await alice.asks<{ addComment: { comment: { content: string } } }>(addComment, {
        videoId,
        content: 'the newest word',
      })
      expect(added.comment.content).toBe('the ****** word')
    },
    { timeout: 60_000, interval: 100 },
  )
})

it('nothing starts with a list that is not there', () => {
  using ground = openDependencies(
    readEnvironment({ SENSITIVE_WORDS_FILE: join(folder, 'none') }),
    createLogger('silent', 't'),
  )
  expect(() => ground.sensitiveWords).toThrow(WrongSetting)
})
