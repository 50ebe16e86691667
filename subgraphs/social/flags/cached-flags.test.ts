import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { ask, signedIn } from '../../../testing/callers.ts'
import { entities, startTestSocial, type TestSocial } from '../../../testing/social.ts'
import { patience } from '../../../testing/waiting.ts'

let social: TestSocial
beforeAll(async () => {
  social = await startTestSocial({ listensForChanges: true })
})
afterAll(() => social[Symbol.asyncDispose]())

/** The viewer's flags of a user and a video. */
async function look(viewerId: string, userId: string, videoId: string) {
  const viewer = signedIn(viewerId)
  const [[person], [video]] = await Promise.all([
    entities(social.subgraph, viewer, 'User', [userId], 'isFollow isBlocked isMuted'),
    entities(social.subgraph, viewer, 'Video', [videoId], 'isFavorite'),
  ])
  return { ...(person as object), ...(video as object) }
}

/** Queries until nothing is read any more: the flags are then cached. */
const keeps = (...question: Parameters<typeof look>) =>
  vi.waitUntil(async () => {
    social.takeQueries()
    const found = await look(...question)
    return social.takeQueries().length === 0 && found
  }, patience)

const nothing = { isFollow: false, isBlocked: false, isMuted: false, isFavorite: false }

it('asks nothing for a viewer who is kept, and shows at once what he changes', async () => {
  const [alice = '', bob = ''] = await social.register(2)
  const videoId = await social.publish(bob)
  expect(await keeps(alice, bob, videoId)).toEqual(nothing)
  await ask(
    social.subgraph,
    signedIn(alice),
    `mutation { favoriteVideo(input: { videoId: ${videoId} }) { video { id } } }`,
  )
  await ask(social.subgraph, signedIn(alice), `mutation { followUser(input: { userId: ${bob} }) { user { id } } }`)
  expect(await look(alice, bob, videoId)).toEqual({ ...nothing, isFollow: true, isFavorite: true })
  expect(await keeps(alice, bob, videoId)).toEqual({ ...nothing, isFollow: true, isFavorite: true })
  await ask(social.subgraph, signedIn(alice), `mutation { blockUser(input: { userId: ${bob} }) { user { id } } }`)
  expect(await look(alice, bob, videoId)).toEqual({ ...nothing, isBlocked: true, isFavorite: true })
})

it('shows what somebody else writes to the tables, and keeps on showing what was so before', async () => {
  const [alice = '', bob = ''] = await social.register(2)
  const videoId = await social.publish(bob)
  await social.sql.query('insert into social.likes values ($1, $2, 1)', [alice, videoId])
  expect(await keeps(alice, bob, videoId)).toEqual({ ...nothing, isFavorite: true })
  await social.sql.query(`insert into social.boundaries values ($1, $2, 'MUTE', 1)`, [alice, bob])
  await vi.waitUntil(async () => ((await look(alice, bob, videoId)) as { isMuted?: boolean }).isMuted, patience)
  expect(await keeps(alice, bob, videoId)).toEqual({ ...nothing, isMuted: true, isFavorite: true })
})

it('looks up what is asked for of a viewer who has to do with too many to be kept', async () => {
  const [alice = '', bob = '', carol = ''] = await social.register(3)
  const videoId = await social.publish(bob)
  await social.sql.query('insert into social.follows select $1, id, id from generate_series(1000000, 1001000) as id', [
    alice,
  ])
  await social.sql.query('insert into social.follows values ($1, $2, 1)', [alice, bob])
  await keeps(carol, bob, videoId)
  social.takeQueries()
  expect(await look(alice, bob, videoId)).toEqual({ ...nothing, isFollow: true })
  expect(social.takeQueries()).toHaveLength(3)
  expect(await look(alice, carol, videoId)).toEqual(nothing)
})
