import { vi } from 'vitest'
import { ask } from '../../../start/people.ts'
import { patience } from '../../waiting.ts'
import type { Coordinate } from '../matrix.ts'
import { byIds, ofUser, ofVideo, toVideo, type Ask } from './operation.ts'

/** The operations for fields of the video subgraph. */
export const videoOperations = {
  'Mutation.notInterested': ({ published }) => ({
    query: 'mutation ($id: ID!) { notInterested(input: { videoId: $id }) { isNoted } }',
    variables: { id: published },
  }),
  'Mutation.recordViews': ({ published }) => ({
    query: 'mutation ($id: ID!) { recordViews(input: { views: [{ videoId: $id, watchedMs: 1 }] }) { countedViews } }',
    variables: { id: published },
  }),
  'Mutation.createUpload': () => ({ query: 'mutation { createUpload { uploadId } }' }),
  'Query.feed': ({ published }) => ({ query: '{ feed(first: 50) { edges { node { id } } } }', shows: published }),
  'Query.video': ({ published }) => ofVideo(published, 'title', 'published'),
  'Query.videos': ({ published }) => byIds('videos(ids: $ids) { title }', published, 'published'),
  'Query.searchTopics': async ({ video, readTitles }) => {
    await video({ title: '#sought' })
    await readTitles()
    return { query: '{ searchTopics(query: "sought") { edges { node { name } } } }', shows: 'sought' }
  },
  'Query.topic': async ({ video, readTitles }) => {
    await video({ title: '#wanted' })
    await readTitles()
    return { query: '{ topic(name: "wanted") { videoCount } }', shows: 'videoCount' }
  },
  'Query.uploadLimits': () => ({ query: '{ uploadLimits { maxBytes } }', shows: 'maxBytes' }),

  'Mutation.publishVideo': async ({ upload }) => ({
    query: 'mutation ($uploadId: ID!) { publishVideo(input: { uploadId: $uploadId }) { video { id } } }',
    variables: { uploadId: await upload() },
  }),
  'Mutation.setTitle': ({ published }) => toVideo('setTitle', published, 'title: "published"'),
  'Mutation.setCover': ({ published }) => toVideo('setCover', published, 'time: 0'),
  'Mutation.setVideoVisibility': async ({ video }) =>
    toVideo('setVideoVisibility', await video(), 'visibility: PRIVATE'),
  'Mutation.deleteVideo': async ({ video }) => toVideo('deleteVideo', await video()),
  // Nobody is recommended their own videos, nor more than two of one author on a page.
  'Query.recommendedFeed': async ({ network, people: { blocked }, video, sql }) => {
    await sql(`delete from video.videos where title = 'recommended'`)
    const published = new Date(Date.now() + 1_000).toISOString()
    const id = await video({ author_id: blocked.id, title: 'recommended', published_at: published })
    await sql('insert into social.video_counts (video_id, favorite_count) values ($1, 1000000)', [id])
    const query = '{ recommendedFeed(first: 50) { edges { node { id } } } }'
    const shows = `"id":"${id}"`
    // Callers without a token are shown the feed, which is cached until it has heard of the video.
    await vi.waitUntil(async () => JSON.stringify(await ask(network, query)).includes(shows), patience)
    return { query, shows }
  },
  'Query.followingFeed': async ({ friend, video }) => {
    const id = await video({ author_id: friend.id, title: 'of a friend' })
    return { query: '{ followingFeed { edges { node { id } } } }', shows: id }
  },
  'Video.watchProgress': async ({ people: { owner }, friend, video }) => {
    const id = await video({ author_id: friend.id })
    await owner.asks(
      'mutation ($id: ID!) { recordViews(input: { views: [{ videoId: $id, watchedMs: 4321 }] }) { countedViews } }',
      { id },
    )
    return ofVideo(id, 'watchProgress { positionMs }', '4321')
  },
  'Query.upload': async ({ people: { owner }, newId, sql }) => {
    const id = newId()
    await sql(`insert into video.uploads (id, owner_id, expires_at) values ($1, $2, now() + interval '1 hour')`, [
      id,
      owner.id,
    ])
    return { query: 'query ($id: ID!) { upload(id: $id) { expiresAt } }', variables: { id }, shows: 'expiresAt' }
  },
  'Query.takenDownVideos': async ({ people: { admin }, video }) => {
    const { query, variables } = toVideo('takeDownVideo', await video(), 'reason: "told to its author"')
    await admin.asks(query, variables)
    return { query: '{ takenDownVideos { edges { node { reason } } } }', shows: 'told to its author' }
  },
  'UploadLimits.uploadsLeft': async ({ people: { owner }, sql }) => {
    await sql(
      `insert into video.upload_days values ($1, (now() at time zone 'utc')::date, 77)
        on conflict (owner_id, day) do update set uploads = 77`,
      [owner.id],
    )
    return { query: '{ uploadLimits { uploadsLeft } }', shows: '423' }
  },
  'Video.progress': async ({ video }) => ofVideo(await video({ status: 'PROCESSING', progress: 42 }), 'progress', '42'),
  'Video.failureReason': async ({ video }) =>
    ofVideo(await video({ status: 'FAILED', failure: 'INTERNAL' }), 'failureReason', 'could not be converted'),
  'Video.notice': async ({ video }) => ofVideo(await video({ lost_sound: 'dts' }), 'notice', 'dts'),
  'Video.duplicateOf': async ({ video }) => {
    const original = await video({ title: 'the original' })
    return ofVideo(await video({ play_key: `videos/${original}/video.mp4` }), 'duplicateOf { title }', 'the original')
  },
  'Query.searchVideos': async ({ people: { blocked }, video, readTitles }) => {
    const id = await video({ author_id: blocked.id, title: 'searched for' })
    await readTitles()
    return { query: '{ searchVideos(query: "searched for") { edges { node { id } } } }', shows: id }
  },
  'Query.trendingVideos': async ({ people: { blocked }, video, sql }) => {
    const id = await video({ author_id: blocked.id, title: 'trending' })
    await sql('insert into video.trends (video_id, score) values ($1, $2)', [id, Date.now()])
    return { query: '{ trendingVideos(first: 100) { edges { node { id } } } }', shows: id }
  },
  'Topic.videos': async ({ people: { blocked }, video, readTitles }) => {
    const id = await video({ author_id: blocked.id, title: '#common' })
    await readTitles()
    return { query: '{ topic(name: "common") { videos(order: NEWEST) { edges { node { id } } } } }', shows: id }
  },
  'Video.mentions': async ({ people: { blocked }, newId, video, sql }) => {
    const id = await video()
    await sql(
      `insert into video.mentions (id, video_id, user_id, author_id, "offset", length) values ($1, $2, $3, 1, 0, 1)`,
      [newId(), id, blocked.id],
    )
    return ofVideo(id, 'mentions { user { name } }', blocked.name)
  },
  'User.videos': async ({ people: { blocked }, video }) => {
    await video({ author_id: blocked.id, title: 'of somebody blocked' })
    return ofUser(blocked.id, 'videos { edges { node { title } } }', 'of somebody blocked')
  },
  // Others are told how many are public.
  'User.workCount': async ({ people: { owner }, sql }) => {
    await sql(
      `insert into video.author_counts (author_id, work_count, restricted_count) values ($1, 54321, 1)
       on conflict (author_id) do update set work_count = 54321, restricted_count = 1`,
      [owner.id],
    )
    await owner.asks('mutation { updateProfile(input: { signature: "hi" }) { user { id } } }')
    return ofUser(owner.id, 'workCount', '54321')
  },
  'Mutation.takeDownVideo': async ({ video }) => toVideo('takeDownVideo', await video(), 'reason: "because"'),
  'Query.videoAuditLog': async ({ people: { admin }, video }) => {
    const { query, variables } = toVideo('takeDownVideo', await video(), 'reason: "another secret"')
    await admin.asks(query, variables)
    return { query: '{ videoAuditLog { edges { node { reason } } } }', shows: 'another secret' }
  },
} satisfies Partial<Record<Coordinate, Ask>>
