import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Caller } from '../../platform/auth/caller.ts'
import { administrator, anew, anonymous, ask, signedIn } from '../../testing/callers.ts'
import { advanceClock, releaseClock, stopClock } from '../../testing/clock.ts'
import { startVideoSubgraph, type VideoSubgraph } from '../../testing/video-subgraph.ts'

/** Two processes on one database that do not notify each other of writes. */
let here: VideoSubgraph
let elsewhere: VideoSubgraph
beforeAll(async () => {
  here = await startVideoSubgraph()
  elsewhere = await startVideoSubgraph({ database: { url: here.databaseUrl } })
})
afterAll(async () => {
  await elsewhere[Symbol.asyncDispose]()
  await here[Symbol.asyncDispose]()
})
beforeEach(async () => {
  stopClock()
  await here.sql('delete from videos; delete from former_videos; delete from removals; delete from author_counts')
  await here.sql(
    `insert into videos (
       id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at
     )
     select n, 1 + n % 2, 'video ' || n, 'p/' || n, 'c/' || n, 'video/mp4', 1, 1500, 180, 320, now() - n * interval '1 s'
     from generate_series(1, 4) as n`,
  )
  await here.sql('insert into author_counts select author_id, count(*) from videos group by author_id')
  // All cached values have expired.
  advanceClock(1_000)
})
afterEach(releaseClock)

const [alice, bob] = ['1', '2']

interface Page {
  readonly edges: readonly { readonly node: { readonly id: string; readonly author: { readonly workCount: number } } }[]
}

/** The feed, an author's list and a video by its id. */
async function look({ subgraph }: VideoSubgraph, caller: Caller = anonymous) {
  const page = 'edges { node { id author { id workCount } } }'
  const query = `query ($author: [_Any!]!) {
    feed { ${page} }
    _entities(representations: $author) { ... on User { workCount videos { ${page} } } }
    video(id: 3) { id }
  }`
  const { feed, _entities, video } = await ask<{
    feed: Page
    _entities: [{ workCount: number; videos: Page }]
    video: { id: string } | null
  }>(subgraph, caller, query, { author: [{ __typename: 'User', id: bob }] })
  const ids = ({ edges }: Page): string[] => edges.map(({ node }) => node.id)
  const [author] = _entities
  return { feed: ids(feed), ofBob: ids(author.videos), workCount: author.workCount, third: video?.id ?? null }
}

const everything = { feed: ['1', '2', '3', '4'], ofBob: ['1', '3'], workCount: 2, third: '3' }
const withoutThird = { feed: ['1', '2', '4'], ofBob: ['1'], workCount: 1, third: null }
const deleteThird = 'mutation { deleteVideo(input: { videoId: 3 }) { author { workCount } } }'

it('answers whoever looks at what is kept without any statement, and reads it once for many', async () => {
  here.takeQueries()
  await Promise.all(Array.from({ length: 100 }, () => look(here)))
  // The page of the feed and that of the author, their videos, and their authors' counts.
  expect(here.takeQueries().length).toBeLessThanOrEqual(7)
  expect(await look(here)).toEqual(everything)
  expect(here.takeQueries()).toEqual([])
})

it('shows a deletion at once to everybody in its process', async () => {
  await look(here)
  advanceClock(1)
  expect(await ask(here.subgraph, signedIn(bob), deleteThird)).toEqual({ deleteVideo: { author: { workCount: 1 } } })
  expect(await look(here)).toEqual(withoutThird)
})

it('shows what an administrator takes down to nobody in its process, at once', async () => {
  await look(here)
  advanceClock(1)
  await ask(
    here.subgraph,
    administrator('9'),
    'mutation { takeDownVideo(input: { videoId: 3, reason: "spam" }) { author { id } } }',
  )
  expect(await look(here)).toEqual(withoutThird)
})

it('shows in another process at once that the viewer deleted a video, and then to all there', async () => {
  await look(elsewhere)
  advanceClock(1)
  await ask(here.subgraph, signedIn(bob), deleteThird)
  expect(await look(elsewhere)).toEqual(everything)
  advanceClock(1)
  expect(await look(elsewhere, anew(signedIn(bob)))).toEqual(withoutThird)
  advanceClock(1)
  expect(await look(elsewhere)).toEqual(withoutThird)
})

it('shows others in another process no video that was deleted three quarters of a second ago', async () => {
  await look(elsewhere)
  advanceClock(1)
  await ask(here.subgraph, signedIn(bob), deleteThird)
  advanceClock(99)
  expect((await look(elsewhere)).feed).toEqual(withoutThird.feed)
  advanceClock(300)
  expect(await look(elsewhere)).toMatchObject({ ofBob: ['1'], workCount: 1 })
  advanceClock(350)
  expect(await look(elsewhere)).toEqual(withoutThird)
})

it('leaves out for its viewer alone whom he keeps away, from what is kept for everybody', async () => {
  expect(await look(here)).toEqual(everything)
  await here.sql(`insert into social.boundaries (owner_id, other_id, kind, id) values (${alice}, ${bob}, 'MUTE', 1)`)
  expect(await look(here, signedIn(alice))).toEqual({ feed: ['2', '4'], ofBob: [], workCount: 2, third: null })
  expect(await look(here, signedIn('7'))).toEqual(everything)
  expect(await look(here)).toEqual(everything)
  await here.sql('delete from social.boundaries')
  expect(await look(here, signedIn(alice))).toEqual(everything)
})

it('leaves out whom a viewer keeps away who keeps away more people than are read as a whole', async () => {
  await here.sql(
    `insert into social.boundaries (owner_id, other_id, kind, id)
     select ${alice}, id, 'BLOCK', id from generate_series(2, 202) as id`,
  )
  expect(await look(here, signedIn(alice))).toEqual({ feed: ['2', '4'], ofBob: [], workCount: 2, third: null })
  await here.sql('delete from social.boundaries')
})

it('fails when it cannot tell whom the viewer keeps away, although everything else is kept', async () => {
  expect(await look(here)).toEqual(everything)
  await here.sql('alter view social.hidden_people rename to lost_people')
  const { data, errors } = await here.subgraph.execute({ query: '{ feed { edges { node { id } } } }' }, signedIn(alice))
  await here.sql('alter view social.lost_people rename to hidden_people')
  expect(data ?? null).toBeNull()
  expect(errors).toHaveLength(1)
})
