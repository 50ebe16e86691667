import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Caller } from '../../../platform/auth/caller.ts'
import { anew, anonymous, signedIn } from '../../../testing/callers.ts'
import { entities, startTestSocial, type TestSocial } from '../../../testing/social.ts'

let social: TestSocial

beforeAll(async () => {
  social = await startTestSocial()
  await social.sql.query(`
    insert into social.video_counts select id, id, 2 * id from generate_series(1, 20) as id;
    insert into social.user_counts select id, id, 2 * id, 3 * id, 4 * id from generate_series(1, 20) as id;
    insert into social.likes select 7, id, id from generate_series(1, 5) as id`)
})

afterAll(() => social[Symbol.asyncDispose]())

const ids = Array.from({ length: 30 }, (_, index) => index + 1)
const ofVideos = 'favoriteCount commentCount isFavorite'
const ofUsers = 'followingCount followerCount favoriteCount totalFavorited'

function counts(type: 'Video' | 'User', wanted: readonly number[], caller: Caller): Promise<unknown[]> {
  return entities(social.subgraph, caller, type, wanted.map(String), type === 'Video' ? ofVideos : ofUsers)
}

it('answers the counts of videos in the order of the question; what was never counted is zero', async () => {
  expect(await counts('Video', [30, 2, 20, 2], anonymous)).toEqual([
    { favoriteCount: 0, commentCount: 0, isFavorite: false },
    { favoriteCount: 2, commentCount: 4, isFavorite: false },
    { favoriteCount: 20, commentCount: 40, isFavorite: false },
    { favoriteCount: 2, commentCount: 4, isFavorite: false },
  ])
})

it('answers the counts of people; who was never counted has zeros', async () => {
  expect(await counts('User', [3, 30], anonymous)).toEqual([
    { followingCount: 3, followerCount: 6, favoriteCount: 9, totalFavorited: 12 },
    { followingCount: 0, followerCount: 0, favoriteCount: 0, totalFavorited: 0 },
  ])
})

it.each([10, 30])('answers counts and likes of %i videos with two statements', async (count) => {
  social.takeQueries()
  const videos = await counts('Video', ids.slice(0, count), signedIn('7'))
  expect(videos.map((video) => (video as { isFavorite: boolean }).isFavorite)).toEqual(
    ids.slice(0, count).map((id) => id <= 5),
  )
  expect(social.takeQueries()).toHaveLength(2)
})

it.each([10, 30])('answers the counts of %i people with one statement', async (count) => {
  social.takeQueries()
  expect(await counts('User', ids.slice(0, count), signedIn('7'))).toHaveLength(count)
  expect(social.takeQueries()).toHaveLength(1)
})

it('fails field by field when counts cannot be read, and answers what else is asked', async () => {
  const query = `query ($people: [_Any!]!) {
    _entities(representations: $people) { ... on User { id isFollow favoriteCount } }
  }`
  const people = ['1', '2'].map((id) => ({ __typename: 'User', id }))
  await social.sql.query('alter table social.user_counts rename to lost_counts')
  const { data, errors } = await Promise.resolve(
    social.subgraph.execute({ query, variables: { people } }, anew(signedIn('7'))),
  ).finally(() => social.sql.query('alter table social.lost_counts rename to user_counts'))
  expect(data).toEqual({
    _entities: ['1', '2'].map((id) => ({ id, isFollow: false, favoriteCount: null })),
  })
  expect(errors?.map(({ path }) => path)).toEqual([0, 1].map((place) => ['_entities', place, 'favoriteCount']))
})
