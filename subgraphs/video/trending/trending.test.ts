import { afterAll, beforeAll, expect, it } from 'vitest'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { doesScheduledJobs, startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'

let video: VideoSubgraph
beforeAll(async () => {
  video = await startVideoSubgraph()
  await video.sql(
    `insert into videos (
       id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at
     )
     select n, n, 'title', 'p', 'c', 'video/mp4', 1, 1500, 180, 320, now() - n * interval '1 hour' from generate_series(1, 10) n`,
  )
})
afterAll(() => video[Symbol.asyncDispose]())

interface Page {
  readonly edges: readonly { readonly node: { readonly id: string } }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}
const query = `query ($first: Int! = 30, $after: String) {
  trendingVideos(first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
}`
const page = async (variables = {}, caller = anonymous): Promise<Page> =>
  (await ask<{ trendingVideos: Page }>(video.subgraph, caller, query, variables)).trendingVideos
const idsOf = ({ edges }: Page): number[] => edges.map(({ node }) => Number(node.id))

it('is by likes, views and age, as of the last time that it was ranked', async () => {
  await doesScheduledJobs(video.databaseUrl)
  expect(idsOf(await page())).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  // The first like outweighs eight hours, and so do twenty views.
  await video.sql('insert into social.video_counts (video_id, favorite_count) values (9, 1)')
  await video.sql('insert into view_counts (video_id, view_count) values (10, 20)')
  await doesScheduledJobs(video.databaseUrl)
  expect(idsOf(await page())).toEqual([9, 1, 10, 2, 3, 4, 5, 6, 7, 8])
})

it('pages without gap or repeat', async () => {
  const first = await page({ first: 6 })
  const rest = await page({ first: 6, after: first.pageInfo.endCursor })
  expect([...idsOf(first), ...idsOf(rest)]).toEqual(idsOf(await page()))
  expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false])
  expect(await refusal(video.subgraph, anonymous, query, { after: 'garbage' })).toMatchObject({
    code: 'BAD_USER_INPUT',
  })
})

it('has neither what is two weeks old, nor deleted and moderated videos, nor those of blocked users', async () => {
  await video.sql(`update videos set published_at = published_at - interval '14 days' where id = 10`)
  await doesScheduledJobs(video.databaseUrl)
  await video.sql('update videos set is_hidden = true where id = 9')
  await video.sql('delete from videos where id = 1')
  await video.sql(`insert into social.boundaries (owner_id, other_id, kind, id) values (20, 2, 'BLOCK', 1)`)
  expect(idsOf(await page({}, signedIn('20')))).toEqual([3, 4, 5, 6, 7, 8])
  expect(idsOf(await page())).toEqual([2, 3, 4, 5, 6, 7, 8])
})
