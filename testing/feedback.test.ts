import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { SocialTables, VideoTables } from '../db/ownership.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import { feedbackJob } from '../subgraphs/feedback.ts'
import { bootNetwork, type Network, type TestPerson } from './network.ts'

interface Sent {
  readonly FeedbackType: string
  readonly UserId: string
  readonly ItemId: string
  readonly Timestamp: string
}

/** As Gorse answers, unless it is told otherwise. */
let status = 200
let sent: Sent[] = []
const paths = new Set<string>()
const gorse = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    if (request.method === 'POST') {
      paths.add(`${request.url ?? ''} ${String(request.headers['x-api-key'])}`)
      if (status === 200) sent.push(...(JSON.parse(Buffer.concat(chunks).toString()) as Sent[]))
    }
    response.statusCode = status
    response.setHeader('content-type', 'application/json').end('[]')
  })
})

let url: string
let network: Network
let [alice, bob]: TestPerson[] = []
let sunset: string
beforeAll(async () => {
  await new Promise((resolve) => gorse.listen(0, '127.0.0.1', () => resolve(undefined)))
  url = `http://127.0.0.1:${(gorse.address() as AddressInfo).port}`
  network = await bootNetwork({ settings: { RECOMMENDER_URL: url, RECOMMENDER_KEY: 'secret' } })
  ;[alice, bob] = [await network.person('alice'), await network.person('bob')]
  sunset = await alice.publishes('sunset')
})
beforeEach(() => {
  status = 200
  sent = []
})
afterAll(async () => {
  await network[Symbol.asyncDispose]()
  gorse.closeAllConnections()
  gorse.close()
})

const options = (schema: string) => ({
  ...{ url: network.databaseUrl, schema, poolSize: 1, onConnectionError: () => undefined },
})
/** Does both jobs; how many each has sent. */
async function sends(): Promise<[number, number]> {
  await using social = openDatabase<SocialTables>(options('social'))
  await using video = openDatabase<VideoTables>(options('video'))
  const address = { url, key: 'secret' }
  return [await feedbackJob(social, 'like', address).work(), await feedbackJob(video, 'read', address).work()] as [
    number,
    number,
  ]
}

it('sends likes and views that count to the recommender, each once', async () => {
  await bob?.likes(sunset)
  await bob?.likes(sunset)
  const views = `mutation ($id: ID!) {
    a: recordViews(input: { views: [{ videoId: $id, watchedMs: 100 }] }) { countedViews }
    b: recordViews(input: { views: [{ videoId: $id, watchedMs: 5000 }] }) { countedViews }
    c: recordViews(input: { views: [{ videoId: $id, watchedMs: 6000 }] }) { countedViews }
  }`
  await bob?.asks(views, { id: sunset })
  await alice?.asks(views, { id: sunset })
  // The scheduler of the system may have been faster.
  await sends()
  expect(sent.map(({ FeedbackType, UserId, ItemId }) => [FeedbackType, UserId, ItemId]).sort()).toEqual([
    ['like', bob?.id, sunset],
    ['read', bob?.id, sunset],
  ])
  for (const { Timestamp } of sent) expect(Math.abs(Date.parse(Timestamp) - Date.now())).toBeLessThan(60_000)
  expect([...paths]).toEqual(['/api/feedback secret'])
  expect(await sends()).toEqual([0, 0])
})

it('keeps what the recommender did not take, and sends it later', async () => {
  await alice?.likes(sunset)
  status = 500
  await expect(sends()).rejects.toThrow('the recommender answered 500')
  expect(sent).toEqual([])
  status = 200
  await sends()
  expect(sent).toMatchObject([{ FeedbackType: 'like', UserId: alice?.id, ItemId: sunset }])
})
