import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { anew, anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { findMiscounts } from '../../../testing/miscounts.ts'
import { entities, startTestSocial, type TestSocial } from '../../../testing/social.ts'

interface Page {
  readonly edges: readonly { readonly node: { readonly id: string } }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

const list = `query ($first: Int! = 30, $after: String) {
  bookmarkedVideos(first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
}`
const change = (mutation: 'bookmarkVideo' | 'unbookmarkVideo') =>
  `mutation ($videoId: ID!) { ${mutation}(input: { videoId: $videoId }) { video { id bookmarkCount isBookmarked } } }`
const [bookmark, unbookmark] = [change('bookmarkVideo'), change('unbookmarkVideo')]

let social: TestSocial
let [alice, bob, carol] = ['', '', '']
let sunset: string

beforeAll(async () => {
  social = await startTestSocial()
})
beforeEach(async () => {
  ;[alice = '', bob = '', carol = ''] = await social.register(3)
  sunset = await social.publish(alice)
})
afterAll(() => social[Symbol.asyncDispose]())

const act = (userId: string, query: string, variables: Record<string, unknown>) =>
  ask(social.subgraph, signedIn(userId), query, variables)
const page = async (userId: string, variables: Record<string, unknown> = {}) =>
  (await ask<{ bookmarkedVideos: Page }>(social.subgraph, signedIn(userId), list, variables)).bookmarkedVideos
const idsOn = ({ edges }: Page) => edges.map(({ node }) => node.id)

describe('bookmarks', () => {
  it('are listed for their user alone, and counted once however often they are sent', async () => {
    for (let times = 0; times < 2; times++) {
      expect(await act(bob, bookmark, { videoId: sunset })).toEqual({
        bookmarkVideo: { video: { id: sunset, bookmarkCount: 1, isBookmarked: true } },
      })
    }
    expect(idsOn(await page(bob))).toEqual([sunset])
    expect(idsOn(await page(alice))).toEqual([])
    expect((await refusal(social.subgraph, anonymous, list)).code).toBe('UNAUTHENTICATED')
    const fields = 'bookmarkCount isBookmarked'
    expect(await entities(social.subgraph, signedIn(alice), 'Video', [sunset], fields)).toEqual([
      { bookmarkCount: 1, isBookmarked: false },
    ])
    expect(await act(bob, unbookmark, { videoId: sunset })).toEqual({
      unbookmarkVideo: { video: { id: sunset, bookmarkCount: 0, isBookmarked: false } },
    })
    expect(idsOn(await page(bob))).toEqual([])
    expect(await findMiscounts(social.sql)).toEqual([])
  })

  it('are paged, the most recent first', async () => {
    const videos = [sunset, await social.publish(alice), await social.publish(alice)]
    for (const videoId of videos) await act(bob, bookmark, { videoId })
    const first = await page(bob, { first: 2 })
    expect([idsOn(first), first.pageInfo.hasNextPage]).toEqual([videos.toReversed().slice(0, 2), true])
    const rest = await page(bob, { first: 2, after: first.pageInfo.endCursor })
    expect([idsOn(rest), rest.pageInfo.hasNextPage]).toEqual([[sunset], false])
  })

  it('of users who are blocked or muted are not shown, and none is made across a block', async () => {
    const rain = await social.publish(carol)
    for (const videoId of [sunset, rain]) await act(bob, bookmark, { videoId })
    await act(bob, 'mutation ($id: ID!) { muteUser(input: { userId: $id }) { __typename } }', { id: carol })
    expect(idsOn(await page(bob))).toEqual([sunset])
    await act(alice, 'mutation ($id: ID!) { blockUser(input: { userId: $id }) { __typename } }', { id: bob })
    await act(bob, unbookmark, { videoId: sunset })
    for (const [videoId, code] of [
      [sunset, 'FORBIDDEN'],
      [social.newId(), 'NOT_FOUND'],
      ['sunset', 'BAD_USER_INPUT'],
    ]) {
      expect((await refusal(social.subgraph, signedIn(bob), bookmark, { videoId })).code).toBe(code)
    }
    expect(await findMiscounts(social.sql)).toEqual([])
  })

  it('and shares stay exact when many come together through two processes', async () => {
    const crowd = await social.register(40)
    const [here, elsewhere] = [social.subgraph, await social.startProcess()]
    const share = 'mutation ($videoId: ID!) { shareVideo(input: { videoId: $videoId }) { __typename } }'
    await Promise.all(
      crowd.flatMap((userId, index) =>
        [bookmark, share, unbookmark, bookmark, share].map((query) =>
          (index % 2 === 0 ? here : elsewhere).execute({ query, variables: { videoId: sunset } }, signedIn(userId)),
        ),
      ),
    )
    const [video] = await entities<{ shareCount: number }>(
      ...([social.subgraph, anew(anonymous), 'Video', [sunset], 'shareCount'] as const),
    )
    expect(video?.shareCount).toBe(40)
    expect(await findMiscounts(social.sql)).toEqual([])
  })
})

describe('shares', () => {
  const share = 'mutation ($videoId: ID!) { shareVideo(input: { videoId: $videoId }) { video { shareCount } } }'

  it('of a user count once a day', async () => {
    const counted = async (userId: string) =>
      (
        await ask<{ shareVideo: { video: { shareCount: number } } }>(social.subgraph, signedIn(userId), share, {
          videoId: sunset,
        })
      ).shareVideo.video.shareCount
    expect([await counted(bob), await counted(bob), await counted(alice)]).toEqual([1, 1, 2])
    await social.sql.query('update social.shares set shared_on = shared_on - 1 where user_id = $1', [bob])
    expect(await counted(bob)).toBe(3)
    expect(await findMiscounts(social.sql)).toEqual([])
  })

  it('are refused without a token, of no video, and across a block', async () => {
    await act(alice, 'mutation ($id: ID!) { blockUser(input: { userId: $id }) { __typename } }', { id: bob })
    expect((await refusal(social.subgraph, anonymous, share, { videoId: sunset })).code).toBe('UNAUTHENTICATED')
    expect((await refusal(social.subgraph, signedIn(bob), share, { videoId: sunset })).code).toBe('FORBIDDEN')
    expect((await refusal(social.subgraph, signedIn(carol), share, { videoId: social.newId() })).code).toBe('NOT_FOUND')
  })
})
