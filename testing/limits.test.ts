import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../start/people.ts'
import { makeClip } from './clips.ts'
import { bootNetwork, type Network, type TestPerson } from './network.ts'
import { openRawSocket } from './raw-socket.ts'
import { createRestClient, encodeParts, type RestBody, type RestClient } from './rest-client.ts'

let network: Network
let client: RestClient
let alice: TestPerson
let bob: TestPerson
let video: string

beforeAll(async () => {
  network = await bootNetwork({
    settings: {
      WRITES_PER_MINUTE: '5',
      PEOPLE_PER_ADDRESS: '100',
      REGISTRATIONS_PER_HOUR: '4',
      UPLOADS_AT_ONCE_PER_ADDRESS: '2',
      TRUST_PROXY: 'loopback',
      // Unreachable, so that counting is local and immediate, even on a busy machine.
      REDIS_URL: 'redis://127.0.0.1:1',
    },
  })
  client = createRestClient(network.restUrl)
  ;[alice, bob] = [await network.person('alice'), await network.person('bob')]
  video = await alice.publishes('sunset')
})

afterAll(() => network[Symbol.asyncDispose]())

/** Calls until the rate limit rejects; returns the number of successes, and the error. */
async function untilRefused(call: () => Promise<RestBody>): Promise<{ times: number; refusal: RestBody | undefined }> {
  for (let times = 0; times < 20; times++) {
    const body = await call()
    if (body.status_code === 429) return { times, refusal: body }
    expect(body.status_code).toBe(0)
  }
  return { times: 20, refusal: undefined }
}

/** Uploads that have begun, and stall. */
interface SlowUploads extends Disposable {
  /** The answer to the first of them. */
  readonly answer: Promise<string>
}

function openSlowUploads(count: number, beginning: string): SlowUploads {
  const head = [
    'POST /douyin/publish/action/ HTTP/1.1',
    'Host: videos.test',
    'Connection: close',
    'Content-Type: multipart/form-data; boundary=a-boundary-of-the-test',
    'Content-Length: 90000',
  ].join('\r\n')
  const sockets = Array.from({ length: count }, () => openRawSocket(network.restUrl))
  for (const socket of sockets) socket.send(`${head}\r\n\r\n${beginning}`)
  return {
    answer: Promise.race(sockets.map(({ ended }) => ended)),
    [Symbol.dispose]() {
      for (const socket of sockets) socket[Symbol.dispose]()
    },
  }
}

describe('over REST, under HTTP 200 and with a sentence,', () => {
  async function like({ token }: TestPerson): Promise<RestBody> {
    const query = { token, video_id: video, action_type: 1 }
    const { httpStatus, body } = await client.post('/douyin/favorite/action/', query)
    expect(httpStatus).toBe(200)
    return body
  }

  it('a person is refused who writes too often, and may read all the same, and so may others', async () => {
    const { times, refusal } = await untilRefused(() => like(alice))
    // A new minute may begin in between.
    expect(times).toBeLessThanOrEqual(10)
    expect(refusal?.status_msg).toMatch(/^操作过于频繁，请在 \d+ 秒后再试。$/)
    expect((await like(bob)).status_code).toBe(0)
    expect((await client.get('/douyin/feed/', { token: alice.token })).body.status_code).toBe(0)
  })

  it('the same person is refused over GraphQL too', async () => {
    await untilRefused(() => like(alice))
    const query = `mutation { favoriteVideo(input: { videoId: "${video}" }) { video { id } } }`
    await expect(ask(network, query, {}, alice.token)).rejects.toThrow('You are doing this too often.')
  })

  it('an address is refused that opens too many accounts, as the proxy in front names it', async () => {
    const open = (name: string, address: string): Promise<RestBody> =>
      client
        .call('POST', '/douyin/user/register/', {
          query: { username: name, password: 'password' },
          headers: { 'x-forwarded-for': `10.1.1.1, ${address}`, 'accept-language': 'en' },
        })
        .then(({ body }) => body)
    let person = 0
    const { times, refusal } = await untilRefused(() => open(`carol ${++person}`, '203.0.113.7'))
    expect(times).toBe(4)
    expect(refusal).toMatchObject({ user_id: 0, token: '' })
    expect(refusal?.status_msg).toMatch(
      /^Too many accounts were created from your network\. Please try again in \d+ min\.$/,
    )
    expect((await open('dave', '203.0.113.8')).status_code).toBe(0)
  })

  it('an address is refused that sends too many files at once, until one is through', async () => {
    const parts = [
      { name: 'data', fileName: 'clip.mp4', content: await readFile(await makeClip({ seconds: 1 })) },
      { name: 'token', content: bob.token },
    ]
    const publish = async (): Promise<number> =>
      (await client.call('POST', '/douyin/publish/action/', { parts })).body.status_code
    using slow = openSlowUploads(3, encodeParts(parts).subarray(0, 200).toString('latin1'))
    expect(await slow.answer).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*"status_code":429/)
    expect(await publish()).toBe(429)
    slow[Symbol.dispose]()
    await expect.poll(publish, { timeout: 20_000 }).toBe(0)
  })
})
