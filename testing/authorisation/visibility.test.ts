import { readFileSync } from 'node:fs'
import { buildSchema, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestPerson } from '../network.ts'
import { setStage, type Stage } from './stage.ts'

/** Callers by their relation to the author; a friend who was blocked is none any more. */
const actors = ['anonymous', 'stranger', 'follower', 'friend', 'blocked', 'author', 'admin'] as const
type Actor = (typeof actors)[number]
const visibilities = ['PUBLIC', 'FRIENDS', 'PRIVATE'] as const
type Visibility = (typeof visibilities)[number]

/** A video, and what there is around it; each is new for every cell. */
interface Scene {
  readonly videoId: string
  readonly commentId: string
  /** A topic of its title, a word of its title, and how many like it: texts that nothing else has. */
  readonly topic: string
  readonly word: string
  readonly likes: number
  readonly authorId: string
  /** A user who likes it. */
  readonly fanId: string
}

interface Operation {
  readonly query: (scene: Scene) => string
  /** Proves that the video is shown. */
  readonly shows: (scene: Scene) => string
  /** Who is shown a public video; by default everyone. */
  readonly publicTo?: readonly Actor[]
  /** Whether only public videos are in it, also for those who may see others. */
  readonly isPublicOnly?: boolean
}

const id = ({ videoId }: Scene): string => `"${videoId}"`
const everyUser = actors.filter((actor) => actor !== 'anonymous')
const edges = '{ edges { node { id } } }'
const comment = (scene: Scene): string => `on ${scene.word}`

/** All that shows videos: lists, look-ups, and what belongs to videos. */
const reads: Readonly<Record<string, Operation>> = {
  video: { query: ({ videoId }) => `{ video(id: ${videoId}) { id } }`, shows: id },
  'video, with its counts': {
    query: ({ videoId }) => `{ video(id: ${videoId}) { favoriteCount } }`,
    shows: ({ likes }) => String(likes),
  },
  videos: { query: ({ videoId }) => `{ videos(ids: [${videoId}]) { id } }`, shows: id },
  node: { query: ({ videoId }) => `{ node(id: "${videoId}") { ... on Video { title } } }`, shows: ({ word }) => word },
  'node, of the graph of counts alone': {
    query: ({ videoId }) => `{ node(id: "${videoId}") { ... on Video { favoriteCount } } }`,
    shows: ({ likes }) => String(likes),
  },
  nodes: {
    query: ({ videoId }) => `{ nodes(ids: ["${videoId}"]) { ... on Video { favoriteCount } } }`,
    shows: ({ likes }) => String(likes),
  },
  'node of a comment': {
    query: ({ commentId }) => `{ node(id: "${commentId}") { ... on Comment { content } } }`,
    shows: comment,
  },
  comments: { query: ({ commentId }) => `{ comments(ids: [${commentId}]) { content } }`, shows: comment },
  'Video.comments': {
    query: ({ videoId }) => `{ video(id: ${videoId}) { comments { edges { node { content } } } } }`,
    shows: comment,
  },
  'Video.comments, of node': {
    query: ({ videoId }) => `{ node(id: "${videoId}") { ... on Video { comments { edges { node { content } } } } } }`,
    shows: comment,
  },
  'User.videos': { query: ({ authorId }) => `{ user(id: ${authorId}) { videos ${edges} } }`, shows: id },
  'User.favoriteVideos': { query: ({ fanId }) => `{ user(id: ${fanId}) { favoriteVideos ${edges} } }`, shows: id },
  'User.favoriteVideos, with titles': {
    query: ({ fanId }) => `{ user(id: ${fanId}) { favoriteVideos { edges { node { title } } } } }`,
    shows: ({ word }) => word,
  },
  bookmarkedVideos: {
    query: () => `{ bookmarkedVideos ${edges} }`,
    shows: id,
    publicTo: everyUser,
  },
  followingFeed: { query: () => `{ followingFeed ${edges} }`, shows: id, publicTo: ['follower', 'friend'] },
  notifications: {
    query: () => '{ notifications { edges { node { kind video { id } } } } }',
    shows: ({ videoId }) => `"video":{"id":"${videoId}"}`,
    publicTo: ['stranger', 'follower', 'friend', 'admin'],
  },
  feed: { query: () => `{ feed(first: 100) ${edges} }`, shows: id, isPublicOnly: true },
  searchVideos: { query: ({ word }) => `{ searchVideos(query: "${word}") ${edges} }`, shows: id, isPublicOnly: true },
  trendingVideos: { query: () => `{ trendingVideos(first: 100) ${edges} }`, shows: id, isPublicOnly: true },
  recommendedFeed: {
    query: () => `{ recommendedFeed(first: 50) ${edges} }`,
    shows: id,
    publicTo: actors.filter((actor) => actor !== 'author'),
    isPublicOnly: true,
  },
  topic: {
    query: ({ topic }) => `{ topic(name: "${topic}") { name } }`,
    shows: ({ topic }) => topic,
    isPublicOnly: true,
  },
  searchTopics: {
    query: ({ topic }) => `{ searchTopics(query: "${topic}") { edges { node { name } } } }`,
    shows: ({ topic }) => topic,
    isPublicOnly: true,
  },
  'Topic.videos': {
    query: ({ topic }) => `{ topic(name: "${topic}") { videos(order: NEWEST) ${edges} } }`,
    shows: id,
    isPublicOnly: true,
  },
  'Topic.videos, hot': {
    query: ({ topic }) => `{ topic(name: "${topic}") { videos(order: HOT) ${edges} } }`,
    shows: id,
    isPublicOnly: true,
  },
}

const input =
  (field: string, more = '') =>
  ({ videoId }: Scene): string =>
    `mutation { ${field}(input: { videoId: ${videoId} ${more} }) { __typename } }`
const onComment =
  (field: string, more = '') =>
  ({ commentId }: Scene): string =>
    `mutation { ${field}(input: { commentId: ${commentId} ${more} }) { __typename } }`

/** What a user does with a video of another one, who may have blocked them. */
const writes: Readonly<Record<string, (scene: Scene) => string>> = {
  favoriteVideo: input('favoriteVideo'),
  bookmarkVideo: input('bookmarkVideo'),
  shareVideo: input('shareVideo'),
  addComment: input('addComment', 'content: "hello"'),
  addReply: onComment('addReply', 'content: "hello"'),
  likeComment: onComment('likeComment'),
}
/** The same, which a block does not hinder. */
const unhindered: Readonly<Record<string, (scene: Scene) => string>> = {
  unfavoriteVideo: input('unfavoriteVideo'),
  unbookmarkVideo: input('unbookmarkVideo'),
  unlikeComment: onComment('unlikeComment'),
}
/** What only the author may do. Others are told that there is such a video only if they may see it. */
const ofAuthor: Readonly<Record<string, (scene: Scene) => string>> = {
  setTitle: input('setTitle', 'title: "another"'),
  setVideoVisibility: input('setVideoVisibility', 'visibility: PRIVATE'),
  setCommentPolicy: input('setCommentPolicy', 'policy: NOBODY'),
  pinComment: onComment('pinComment'),
  unpinComment: onComment('unpinComment'),
  setCover: input('setCover', 'time: 0'),
  deleteVideo: input('deleteVideo'),
}
/** Last, because administrators see what was reported. */
const reports: Readonly<Record<string, (scene: Scene) => string>> = {
  reportVideo: input('reportVideo', 'category: SPAM'),
  reportComment: onComment('reportComment', 'category: SPAM'),
}

let stage: Stage
let people: Readonly<Record<Exclude<Actor, 'anonymous'> | 'fan', TestPerson>>
beforeAll(async () => {
  stage = await setStage()
  const enter = (name: string) => stage.network.person(name)
  const author = await enter('author')
  people = {
    author,
    fan: await enter('fan'),
    stranger: await enter('stranger'),
    follower: await enter('follower'),
    friend: await enter('friend'),
    blocked: await enter('blocked'),
    admin: stage.people.admin,
  }
  const { follower, friend, blocked } = people
  for (const person of [follower, friend, blocked]) await person.follows(author)
  for (const person of [friend, blocked]) await author.follows(person)
  await author.asks('mutation ($id: ID!) { blockUser(input: { userId: $id }) { user { id } } }', { id: blocked.id })
}, 180_000)
afterAll(() => (stage as Stage | undefined)?.[Symbol.asyncDispose]())

let scenes = 0

/** Sets up a video with everything that may lead to it, as statements of the system itself leave it. */
async function setScene(visibility: Visibility): Promise<Scene> {
  const { author, fan } = people
  const number = ++scenes
  const [topic, word, likes] = [`topic${number}x`, `word${number}x`, 100_000 + number]
  const { sql, newId } = stage
  const videoId = await stage.video({
    ...{ author_id: author.id, visibility, title: `#${topic} ${word}` },
    published_at: new Date(Date.now() + number * 1_000).toISOString(),
  })
  const commentId = newId()
  await sql(
    `insert into video.author_counts (author_id, work_count, restricted_count) values ($1, 1, $2)
     on conflict (author_id) do update
     set work_count = author_counts.work_count + 1, restricted_count = author_counts.restricted_count + $2`,
    [author.id, visibility === 'PUBLIC' ? 0 : 1],
  )
  await sql('insert into social.comments (id, video_id, author_id, content) values ($1, $2, $3, $4)', [
    ...[commentId, videoId, fan.id],
    `on ${word}`,
  ])
  await sql('insert into social.video_counts (video_id, favorite_count, comment_count) values ($1, $2, 1)', [
    videoId,
    likes,
  ])
  await sql('insert into social.likes (user_id, video_id, id) values ($1, $2, $3)', [fan.id, videoId, newId()])
  for (const { id: userId } of Object.values(people)) {
    await sql('insert into social.bookmarks (user_id, video_id, id) values ($1, $2, $3)', [userId, videoId, newId()])
    await sql(
      `insert into video.mentions (id, video_id, user_id, author_id, "offset", length) values ($1, $2, $3, $4, 0, 1)`,
      [newId(), videoId, userId, author.id],
    )
  }
  // Even if it was ranked before it was hidden.
  await sql('delete from video.trends')
  await sql('insert into video.trends (video_id, score) values ($1, $2)', [videoId, Date.now() * 2])
  await sql('delete from video.recommendations')
  await stage.readTitles()
  // Nothing that was read before is used for who has just written something.
  for (const person of Object.values(people)) {
    await person.asks('mutation { updateProfile(input: { signature: "hi" }) { user { id } } }')
  }
  return { videoId, commentId, topic, word, likes, authorId: author.id, fanId: fan.id }
}

async function ask(actor: Actor, query: string): Promise<{ data?: unknown; code: string | undefined }> {
  const response = await fetch(stage.network.graphqlUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(actor !== 'anonymous' && { authorization: `Bearer ${people[actor].token}` }),
    },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] }
  return { data, code: errors?.[0]?.extensions.code }
}

function maySee(actor: Actor, visibility: Visibility): boolean {
  if (visibility === 'PUBLIC' || actor === 'author') return true
  return visibility === 'FRIENDS' && actor === 'friend'
}

describe.each(visibilities)('a video that is %s', (visibility) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await setScene(visibility)
  })

  describe.each(Object.entries(reads))('is in %s', (_, { query, shows, publicTo = actors, isPublicOnly = false }) => {
    it.each(actors)('for %s, or not', async (actor) => {
      const isListed = visibility === 'PUBLIC' || !isPublicOnly
      const { data } = await ask(actor, query(scene))
      const isShown = isListed && publicTo.includes(actor) && maySee(actor, visibility)
      expect(JSON.stringify(data ?? null).includes(shows(scene))).toBe(isShown)
    })
  })

  it.each(actors)('is in the lists of the REST contract for %s, or not', async (actor) => {
    const call = async (path: string): Promise<string> => {
      const url = new URL(`${stage.network.restUrl}/douyin/${path}`)
      if (actor !== 'anonymous') url.searchParams.set('token', people[actor].token)
      return (await fetch(url)).text()
    }
    const shown = `"id":${scene.videoId},`
    expect((await call('feed/')).includes(shown)).toBe(visibility === 'PUBLIC')
    expect((await call(`publish/list/?user_id=${scene.authorId}`)).includes(shown)).toBe(maySee(actor, visibility))
    expect((await call(`favorite/list/?user_id=${scene.fanId}`)).includes(shown)).toBe(maySee(actor, visibility))
    expect((await call(`comment/list/?video_id=${scene.videoId}`)).includes(comment(scene))).toBe(
      maySee(actor, visibility),
    )
  })

  it.each(actors)('counts as viewed by %s, or not', async (actor) => {
    const { data } = await ask(
      actor,
      `mutation { recordViews(input: { views: [{ videoId: ${scene.videoId}, watchedMs: 9000 }] }) { countedViews } }`,
    )
    const isCounted = maySee(actor, visibility) && actor !== 'author'
    expect(data).toEqual({ recordViews: { countedViews: isCounted ? 1 : 0 } })
  })

  const outcomes = Object.entries({ ...writes, ...unhindered, ...ofAuthor, ...reports }).flatMap(([name, query]) =>
    // There is no file of which the author could take a cover.
    actors.filter((actor) => name !== 'setCover' || actor !== 'author').map((actor) => ({ name, actor, query })),
  )
  it.each(outcomes)('$name by $actor', async ({ name, actor, query }) => {
    const expected = (): string | undefined => {
      if (actor === 'anonymous') return 'UNAUTHENTICATED'
      if (!maySee(actor, visibility)) return 'NOT_FOUND'
      if (name in ofAuthor) return actor === 'author' ? undefined : 'FORBIDDEN'
      if (name in writes && actor === 'blocked') return 'FORBIDDEN'
      return name === 'reportVideo' && actor === 'author' ? 'BAD_USER_INPUT' : undefined
    }
    const ownScene = actor === 'author' && name in ofAuthor ? await setScene(visibility) : scene
    const { code } = await ask(actor, query(ownScene))
    expect(code).toBe(expected())
  })

  it('is counted for its author, and for others if it is public', async () => {
    const counts = async (actor: Actor): Promise<number> => {
      const { data } = await ask(actor, `{ user(id: ${scene.authorId}) { workCount } }`)
      return (data as { user: { workCount: number } }).user.workCount
    }
    const [row] = await stage.sql(
      `select count(*)::integer as all, count(*) filter (where visibility = 'PUBLIC')::integer as public
       from video.videos where author_id = $1`,
      [scene.authorId],
    )
    expect([await counts('author'), await counts('friend'), await counts('anonymous')]).toEqual([
      row?.['all'],
      row?.['public'],
      row?.['public'],
    ])
  })

  it('is shown to administrators once it is reported', async () => {
    const reported = await setScene(visibility)
    const caseId = stage.newId()
    await stage.sql(
      `insert into social.report_cases (id, subject_kind, subject_id, owner_id, report_count) values ($1, 'VIDEO', $2, $3, 1)`,
      [caseId, reported.videoId, reported.authorId],
    )
    const query = '{ reportCases(first: 100) { edges { node { video { title } } } } }'
    expect(JSON.stringify((await ask('admin', query)).data)).toContain(reported.word)
    for (const name of ['video', 'node', 'comments']) {
      const operation = reads[name]
      const { data } = await ask('admin', operation?.query(reported) ?? '')
      expect(JSON.stringify(data)).toContain(operation?.shows(reported))
    }
    expect((await ask('admin', input('takeDownVideo', 'reason: "because"')(reported))).code).toBeUndefined()
  })
})

it('tries every field of the video subgraph that shows videos', () => {
  const sdl = readFileSync(new URL('../../schema/video.graphql', import.meta.url), 'utf8')
  const directives = `directive @key(fields: String!) on OBJECT
    directive @inaccessible on OBJECT | FIELD_DEFINITION
    directive @shareable on OBJECT`
  const types = Object.values(buildSchema(sdl.replace(/^extend schema.*$/m, directives)).getTypeMap())
  const fields = types
    .filter(isObjectType)
    .filter(({ name }) => ['Query', 'User', 'Topic'].includes(name))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => /^\[?(Recommended)?Video(Connection)?\b/.test(String(field.type)))
        .map((field) => (type.name === 'Query' ? field.name : `${type.name}.${field.name}`)),
    )
  expect(fields.length).toBeGreaterThan(7)
  expect(Object.keys(reads)).toEqual(expect.arrayContaining(fields))
})
