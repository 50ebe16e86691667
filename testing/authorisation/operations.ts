import { randomBytes } from 'node:crypto'
import type { Actor, Coordinate } from './matrix.ts'
import { goLive } from '../live.ts'
import type { TestPerson } from '../network.ts'
import type { Stage } from './stage.ts'

/** The operation for a field of the matrix. */
export interface Operation {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** A text in the answer that proves that the value is shown. */
  readonly shows?: string
  /**
   * The session of the caller, when it is not the usual one: another one, because the operation ends it; or none. `all end`
   * means that all of the actor's sessions end.
   */
  readonly session?: 'another' | 'none' | 'all end'
}

type Ask = (stage: Stage, actor: Actor) => Operation | Promise<Operation>

const toUser = (mutation: string, userId: string): Operation => ({
  query: `mutation ($userId: ID!) { ${mutation}(input: { userId: $userId }) { user { id } } }`,
  variables: { userId },
})

const toVideo = (mutation: string, videoId: string, more = ''): Operation => ({
  query: `mutation ($videoId: ID!) { ${mutation}(input: { videoId: $videoId ${more} }) { __typename } }`,
  variables: { videoId },
})

const onComment = (mutation: string, commentId: string): Operation => ({
  query: `mutation ($commentId: ID!) { ${mutation}(input: { commentId: $commentId }) { __typename } }`,
  variables: { commentId },
})

const ofUser = (id: string, fields: string, shows: string): Operation => ({
  query: `query ($id: ID!) { user(id: $id) { ${fields} } }`,
  variables: { id },
  shows,
})

const ofVideo = (id: string, fields: string, shows: string): Operation => ({
  query: `query ($id: ID!) { video(id: $id) { ${fields} } }`,
  variables: { id },
  shows,
})

const withUser = (userId: string, fields: string, shows: string): Operation => ({
  query: `query ($userId: ID!) { conversation(userId: $userId) { ${fields} } }`,
  variables: { userId },
  shows,
})

const byIds = (field: string, id: string, shows: string): Operation => ({
  query: `query ($ids: [ID!]!) { ${field} }`,
  variables: { ids: [id] },
  shows,
})

const moderation = (mutation: string, userId: string): Operation => ({
  query: `mutation ($userId: ID!) { ${mutation}(input: { userId: $userId, reason: "because" }) { user { id } } }`,
  variables: { userId },
})

const nameOf = ({ people }: Stage, actor: Actor): string => (actor === 'anonymous' ? 'nobody' : people[actor].name)

/** The operation for each field of the matrix, for any caller. */
export const operations: Readonly<Record<Coordinate, Ask>> = {
  'Mutation.register': () => ({
    query: 'mutation ($name: String!) { register(input: { name: $name, password: "password" }) { accessToken } }',
    variables: { name: `new-${randomBytes(6).toString('hex')}` },
  }),
  'Mutation.login': (stage, actor) => ({
    query: 'mutation ($name: String!) { login(input: { name: $name, password: "password" }) { accessToken } }',
    variables: { name: nameOf(stage, actor) },
    session: 'none',
  }),
  'Mutation.logout': () => ({ query: 'mutation { logout { sessionId } }', session: 'another' }),
  'Mutation.changePassword': () => ({
    query: `mutation {
      changePassword(input: { currentPassword: "password", newPassword: "password" }) { user { id } }
    }`,
    session: 'all end',
  }),
  'Mutation.refreshSession': async (stage, actor) => ({
    query:
      'mutation ($refreshToken: String!) { refreshSession(input: { refreshToken: $refreshToken }) { user { id } } }',
    variables: { refreshToken: actor === 'anonymous' ? 'nonsense' : await stage.refreshTokenOf(actor) },
    session: 'none',
  }),
  'Mutation.revokeAllSessions': () => ({ query: 'mutation { revokeAllSessions { sessionIds } }', session: 'all end' }),
  'Mutation.createPictureUpload': () => ({ query: 'mutation { createPictureUpload { uploadId } }' }),
  'Mutation.updateProfile': () => ({ query: 'mutation { updateProfile(input: { signature: "hi" }) { user { id } } }' }),
  'Mutation.recordViews': ({ published }) => ({
    query: 'mutation ($id: ID!) { recordViews(input: { views: [{ videoId: $id, watchedMs: 1 }] }) { countedViews } }',
    variables: { id: published },
  }),
  'Mutation.createUpload': () => ({ query: 'mutation { createUpload { uploadId } }' }),
  'Query.viewer': (stage, actor) => ({ query: '{ viewer { name } }', shows: nameOf(stage, actor) }),

  'Query.user': ({ people }) => ofUser(people.owner.id, 'name', people.owner.name),
  'Query.users': ({ people: { owner } }) => byIds('users(ids: $ids) { name }', owner.id, owner.name),
  'Query.userByName': ({ people: { owner } }) => ({
    query: 'query ($name: String!) { userByName(name: $name) { id } }',
    variables: { name: owner.name },
    shows: owner.id,
  }),
  'Query.feed': ({ published }) => ({ query: '{ feed(first: 50) { edges { node { id } } } }', shows: published }),
  'Query.searchUsers': ({ people: { owner } }) => ({
    query: 'query ($name: String!) { searchUsers(query: $name) { edges { node { id } } } }',
    variables: { name: owner.name },
    shows: owner.id,
  }),
  'Query.video': ({ published }) => ofVideo(published, 'title', 'published'),
  'Query.videos': ({ published }) => byIds('videos(ids: $ids) { title }', published, 'published'),
  'Query.searchTopics': async ({ video, readTitles }) => {
    await video({ title: '#sought' })
    await readTitles()
    return { query: '{ searchTopics(query: "sought") { name } }', shows: 'sought' }
  },
  'Query.topic': async ({ video, readTitles }) => {
    await video({ title: '#wanted' })
    await readTitles()
    return { query: '{ topic(name: "wanted") { videoCount } }', shows: 'videoCount' }
  },
  'Query.comments': async ({ friend, published }) =>
    byIds('comments(ids: $ids) { content }', await friend.comments(published, 'for all to read'), 'for all to read'),
  'Query.uploadLimits': () => ({ query: '{ uploadLimits { maxBytes } }', shows: 'maxBytes' }),

  'Mutation.revokeSession': async ({ people: { owner }, signsInAgain, sql }) => {
    await signsInAgain('owner')
    const [session] = await sql('select id from "user".sessions where user_id = $1 order by id desc limit 1', [
      owner.id,
    ])
    return {
      query: 'mutation ($sessionId: ID!) { revokeSession(input: { sessionId: $sessionId }) { sessionId } }',
      variables: { sessionId: session?.['id'] },
    }
  },
  'Mutation.publishVideo': async ({ upload }) => ({
    query: 'mutation ($uploadId: ID!) { publishVideo(input: { uploadId: $uploadId }) { video { id } } }',
    variables: { uploadId: await upload() },
  }),
  'Mutation.setTitle': ({ published }) => toVideo('setTitle', published, 'title: "published"'),
  'Mutation.setCover': ({ published }) => toVideo('setCover', published, 'time: 0'),
  'Mutation.deleteVideo': async ({ video }) => toVideo('deleteVideo', await video()),
  'Mutation.deleteComment': async ({ video, friend }) => ({
    query: 'mutation ($commentId: ID!) { deleteComment(input: { commentId: $commentId }) { commentId } }',
    variables: { commentId: await friend.comments(await video(), 'nice') },
  }),
  'Mutation.pinComment': async ({ video, friend }) =>
    onComment('pinComment', await friend.comments(await video(), 'nice')),
  'Mutation.unpinComment': async ({ video, friend }) =>
    onComment('unpinComment', await friend.comments(await video(), 'nice')),
  'Mutation.setCommentPolicy': async ({ video }) => toVideo('setCommentPolicy', await video(), 'policy: FRIENDS'),
  'Query.nodes': async ({ video }) => {
    const id = await video({ title: 'found by its id' })
    return byIds('nodes(ids: $ids) { ... on Video { title } }', id, 'found by its id')
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
  'Query.node': async ({ people: { owner }, sql }) => {
    const [message] = await sql('select id from chat.messages where sender_id = $1 limit 1', [owner.id])
    return {
      query: 'query ($id: ID!) { node(id: $id) { ... on Message { content } } }',
      variables: { id: message?.['id'] },
      shows: 'a word between friends',
    }
  },
  'Query.sessions': async ({ people: { owner }, sql }) => {
    await sql(`update "user".sessions set user_agent = 'device of the owner' where user_id = $1`, [owner.id])
    return { query: '{ sessions { userAgent } }', shows: 'device of the owner' }
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
  'Query.bookmarkedVideos': async ({ people: { owner }, video }) => {
    const id = await video()
    const { query, variables } = toVideo('bookmarkVideo', id)
    await owner.asks(query, variables)
    return { query: '{ bookmarkedVideos { edges { node { id } } } }', shows: `"${id}"` }
  },
  'Query.blockedUsers': ({ people }) => ({
    query: '{ blockedUsers { edges { node { name } } } }',
    shows: people.blocked.name,
  }),
  'Query.mutedUsers': ({ muted }) => ({ query: '{ mutedUsers { edges { node { name } } } }', shows: muted.name }),
  'Query.conversations': () => ({
    query: '{ conversations { edges { node { lastMessage { content } } } } }',
    shows: 'a word between friends',
  }),
  'Query.conversation': ({ friend }) => ({
    query: 'query ($userId: ID!) { conversation(userId: $userId) { messages { edges { node { content } } } } }',
    variables: { userId: friend.id },
    shows: 'a word between friends',
  }),
  'Query.message': async ({ people: { owner }, sql }) => {
    const [message] = await sql('select id from chat.messages where sender_id = $1 limit 1', [owner.id])
    return {
      query: 'query ($id: ID!) { message(id: $id) { content } }',
      variables: { id: message?.['id'] },
      shows: 'a word between friends',
    }
  },
  'Mutation.recallMessage': async ({ people: { owner }, friend }) => ({
    query: 'mutation ($id: ID!) { recallMessage(input: { messageId: $id }) { messageId } }',
    variables: { id: (await saysTo(owner, friend)).id },
  }),
  'Mutation.sendTyping': ({ friend }) => ({
    query: 'mutation ($userId: ID!) { sendTyping(input: { toUserId: $userId }) { __typename } }',
    variables: { userId: friend.id },
  }),
  'Mutation.markConversationRead': async ({ people: { owner }, friend }) => ({
    query: `mutation ($userId: ID!, $upTo: ID!) {
      markConversationRead(input: { userId: $userId, upTo: $upTo }) { __typename }
    }`,
    variables: { userId: friend.id, upTo: (await saysTo(friend, owner)).id },
  }),
  'Query.notifications': async ({ friend, video }) => {
    await friend.likes(await video({ title: 'liked by a friend' }))
    return { query: '{ notifications { edges { node { actors { name } } } } }', shows: friend.name }
  },
  'Query.notification': async ({ people: { owner }, friend, video, sql }) => {
    await friend.likes(await video({ title: 'liked by a friend' }))
    const [notification] = await sql(
      'select id from social.notifications where recipient_id = $1 order by id desc limit 1',
      [owner.id],
    )
    return {
      query: 'query ($id: ID!) { notification(id: $id) { video { title } } }',
      variables: { id: notification?.['id'] },
      shows: 'liked by a friend',
    }
  },
  'Mutation.markNotificationsRead': ({ newId }) => ({
    query: 'mutation ($upTo: ID!) { markNotificationsRead(input: { upTo: $upTo }) { unreadCount } }',
    variables: { upTo: newId() },
  }),
  'User.unreadNotificationCount': async ({ people: { owner }, friend, video }) => {
    await friend.likes(await video())
    await owner.asks(`mutation { markNotificationsRead(input: { upTo: "${2 ** 53 - 1}" }) { unreadCount } }`)
    await friend.likes(await video())
    return ofUser(owner.id, 'unreadNotificationCount', 'unreadNotificationCount":1')
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
  'Video.isFavorite': async ({ people: { owner }, video }) => {
    const videoId = await video()
    await owner.likes(videoId)
    return ofVideo(videoId, 'isFavorite', 'true')
  },
  'Video.isBookmarked': async ({ people: { owner }, video }) => {
    const id = await video()
    const { query, variables } = toVideo('bookmarkVideo', id)
    await owner.asks(query, variables)
    return ofVideo(id, 'isBookmarked', 'true')
  },
  'Comment.isLiked': async ({ people: { owner }, friend, video }) => {
    const videoId = await video()
    const { query, variables } = onComment('likeComment', await friend.comments(videoId, 'nice'))
    await owner.asks(query, variables)
    return ofVideo(videoId, 'comments { edges { node { isLiked } } }', 'true')
  },
  'User.isFollow': ({ friend }) => ofUser(friend.id, 'isFollow', 'true'),
  'User.isBlocked': ({ people }) => ofUser(people.blocked.id, 'isBlocked', 'true'),
  'User.isMuted': ({ muted }) => ofUser(muted.id, 'isMuted', 'true'),
  'User.isAdmin': ({ people }) => ofUser(people.owner.id, 'isAdmin', 'false'),
  'User.lastMessage': ({ friend }) => ofUser(friend.id, 'lastMessage { content }', 'a word between friends'),

  'User.unreadMessageCount': async ({ people: { owner }, friend }) => {
    await hasOneUnread(owner, friend)
    return {
      query: 'query ($id: ID!) { user(id: $id) { unreadMessageCount } }',
      variables: { id: owner.id },
      shows: 'unreadMessageCount":1',
    }
  },
  'Conversation.unreadCount': async ({ people: { owner }, friend }) => {
    await hasOneUnread(owner, friend)
    return withUser(friend.id, 'unreadCount', 'unreadCount":1')
  },
  'Conversation.readUpTo': async ({ people: { owner }, friend }) => {
    const message = await saysTo(friend, owner)
    await marksRead(owner, friend, message.id)
    return withUser(friend.id, 'readUpTo', message.id)
  },
  'Conversation.participantReadUpTo': async ({ people: { owner }, friend }) => {
    const message = await saysTo(owner, friend)
    await marksRead(friend, owner, message.id)
    return withUser(friend.id, 'participantReadUpTo', message.id)
  },

  'Conversation.participantIsOnline': async ({ friend, network }) => {
    await goLive(network, friend)
    return withUser(friend.id, 'participantIsOnline', 'participantIsOnline":true')
  },
  'Conversation.lastMessage': ({ friend }) => withUser(friend.id, 'lastMessage { content }', 'a word between friends'),
  'Conversation.messages': ({ friend }) =>
    withUser(friend.id, 'messages { edges { node { content } } }', 'a word between friends'),
  'Conversation.received': async ({ friend, people: { owner } }) => {
    await friend.says(owner, 'a word in return')
    return withUser(friend.id, 'received(after: "2025-01-01T00:00:00Z") { content }', 'a word in return')
  },

  'Video.comments': async ({ friend, people: { blocked }, video }) => {
    const videoId = await video({ author_id: friend.id })
    await blocked.comments(videoId, 'from somebody blocked')
    return ofVideo(videoId, 'comments { edges { node { content } } }', 'from somebody blocked')
  },
  'Video.pinnedComment': async ({ friend, people: { blocked }, video }) => {
    const videoId = await video({ author_id: friend.id })
    const { query, variables } = onComment('pinComment', await blocked.comments(videoId, 'from somebody blocked'))
    await friend.asks(query, variables)
    return ofVideo(videoId, 'pinnedComment { content }', 'from somebody blocked')
  },
  'Comment.replies': async ({ friend, people: { blocked }, video }) => {
    const videoId = await video({ author_id: friend.id })
    await repliesTo(blocked, await friend.comments(videoId, 'nice'), 'from somebody blocked')
    return ofVideo(
      videoId,
      'comments(first: 5) { edges { node { replies(first: 5) { edges { node { content } } } } } }',
      'from somebody blocked',
    )
  },
  'Comment.parent': async ({ friend, people: { blocked }, video }) => {
    const above = await blocked.comments(await video({ author_id: friend.id }), 'from somebody blocked')
    const id = await repliesTo(friend, above, 'nice')
    return byIds('comments(ids: $ids) { parent { content } }', id, 'from somebody blocked')
  },
  'Comment.replyTo': async ({ friend, people: { blocked }, video }) => {
    const above = await friend.comments(await video({ author_id: friend.id }), 'nice')
    const id = await repliesTo(friend, await repliesTo(blocked, above, 'indeed'), 'nice')
    return byIds('comments(ids: $ids) { replyTo { name } }', id, blocked.name)
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
  'User.favoriteVideos': async ({ friend, people: { blocked }, video }) => {
    await friend.likes(await video({ author_id: blocked.id, title: 'a favourite' }))
    return ofUser(friend.id, 'favoriteVideos { edges { node { title } } }', 'a favourite')
  },
  'User.following': async ({ friend, people: { blocked } }) => {
    await friend.follows(blocked)
    return ofUser(friend.id, 'following { edges { node { name } } }', blocked.name)
  },
  'User.followers': async ({ friend, people: { blocked } }) => {
    await blocked.follows(friend)
    return ofUser(friend.id, 'followers { edges { node { name } } }', blocked.name)
  },
  'User.friends': async ({ friend, people: { blocked } }) => {
    await friend.follows(blocked)
    await blocked.follows(friend)
    return ofUser(friend.id, 'friends { edges { node { name } } }', blocked.name)
  },

  'Mutation.favoriteVideo': async ({ video }) => toVideo('favoriteVideo', await video()),
  'Mutation.unfavoriteVideo': async ({ video }) => toVideo('unfavoriteVideo', await video()),
  'Mutation.addComment': async ({ video }) => toVideo('addComment', await video(), 'content: "nice"'),
  'Mutation.bookmarkVideo': async ({ video }) => toVideo('bookmarkVideo', await video()),
  'Mutation.unbookmarkVideo': async ({ video }) => toVideo('unbookmarkVideo', await video()),
  'Mutation.shareVideo': async ({ video }) => toVideo('shareVideo', await video()),
  'Mutation.reportVideo': async ({ video }) => toVideo('reportVideo', await video(), 'category: SPAM'),
  'Mutation.reportComment': async ({ people: { owner }, video }) => ({
    query: 'mutation ($id: ID!) { reportComment(input: { commentId: $id, category: SPAM }) { subjectId } }',
    variables: { id: await owner.comments(await video(), 'nice') },
  }),
  'Mutation.reportUser': ({ people: { owner } }) => ({
    query: 'mutation ($id: ID!) { reportUser(input: { userId: $id, category: SPAM }) { subjectId } }',
    variables: { id: owner.id },
  }),
  'Mutation.addReply': async ({ video, friend }) => ({
    query: 'mutation ($id: ID!) { addReply(input: { commentId: $id, content: "nice" }) { __typename } }',
    variables: { id: await friend.comments(await video(), 'nice') },
  }),
  'Mutation.likeComment': async ({ video, friend }) =>
    onComment('likeComment', await friend.comments(await video(), 'nice')),
  'Mutation.unlikeComment': async ({ video, friend }) =>
    onComment('unlikeComment', await friend.comments(await video(), 'nice')),
  'Mutation.followUser': ({ people }) => toUser('followUser', people.owner.id),
  'Mutation.unfollowUser': ({ people }) => toUser('unfollowUser', people.owner.id),
  'Mutation.sendMessage': ({ people }) => ({
    query: 'mutation ($userId: ID!) { sendMessage(input: { toUserId: $userId, content: "hello" }) { message { id } } }',
    variables: { userId: people.owner.id },
  }),
  'Mutation.blockUser': async (stage, actor) => toUser('blockUser', await whom(stage, actor)),
  'Mutation.unblockUser': async (stage, actor) => toUser('unblockUser', await whom(stage, actor)),
  'Mutation.muteUser': async (stage, actor) => toUser('muteUser', await whom(stage, actor)),
  'Mutation.unmuteUser': async (stage, actor) => toUser('unmuteUser', await whom(stage, actor)),

  'Mutation.banUser': async ({ passerBy }) => moderation('banUser', await passerBy()),
  'Mutation.unbanUser': async ({ passerBy }) => moderation('unbanUser', await passerBy()),
  'Mutation.takeDownVideo': async ({ video }) => toVideo('takeDownVideo', await video(), 'reason: "because"'),
  'Mutation.resolveReports': async (stage) => ({
    query: `mutation ($caseId: ID!) {
      resolveReports(input: { caseId: $caseId, resolution: DISMISSED, reason: "because" }) { case { id } }
    }`,
    variables: { caseId: await reported(stage) },
  }),
  'Query.reportCases': async (stage) => ({
    query: '{ reportCases(first: 100) { edges { node { id } } } }',
    shows: await reported(stage),
  }),
  'Query.reports': async (stage) => ({
    query: 'query ($caseId: ID!) { reports(caseId: $caseId) { edges { node { note } } } }',
    variables: { caseId: await reported(stage) },
    shows: 'told to moderators',
  }),
  'Query.reportAuditLog': async (stage) => {
    const caseId = await reported(stage)
    const dismiss = `mutation ($caseId: ID!) {
      resolveReports(input: { caseId: $caseId, resolution: DISMISSED, reason: "a secret of moderators" }) { case { id } }
    }`
    await stage.people.admin.asks(dismiss, { caseId })
    return { query: '{ reportAuditLog { edges { node { reason } } } }', shows: 'a secret of moderators' }
  },
  'Comment.originalContent': async ({ friend, video, sql }) => {
    const videoId = await video()
    const commentId = await friend.comments(videoId, 'it is ****')
    await sql('update social.comments set original_content = $2 where id = $1', [commentId, 'as it was written'])
    return ofVideo(videoId, 'comments { edges { node { originalContent } } }', 'as it was written')
  },
  'Query.userAuditLog': () => ({
    query: '{ userAuditLog { edges { node { reason } } } }',
    shows: 'a secret of administrators',
  }),
  'Query.videoAuditLog': async ({ people: { admin }, video }) => {
    const { query, variables } = toVideo('takeDownVideo', await video(), 'reason: "another secret"')
    await admin.asks(query, variables)
    return { query: '{ videoAuditLog { edges { node { reason } } } }', shows: 'another secret' }
  },
}

async function saysTo(from: TestPerson, to: TestPerson): Promise<{ readonly id: string }> {
  const data = await from.asks<{ sendMessage: { message: { id: string } } }>(
    'mutation ($id: ID!) { sendMessage(input: { toUserId: $id, content: "a word between friends" }) { message { id } } }',
    { id: to.id },
  )
  return data.sendMessage.message
}

async function repliesTo(person: TestPerson, commentId: string, content: string): Promise<string> {
  const data = await person.asks<{ addReply: { reply: { id: string } } }>(
    `mutation ($commentId: ID!, $content: String!) {
      addReply(input: { commentId: $commentId, content: $content }) { reply { id } }
    }`,
    { commentId, content },
  )
  return data.addReply.reply.id
}

/** The id of the case of a new video that a friend reported. */
async function reported({ friend, video, sql }: Stage): Promise<string> {
  const videoId = await video()
  const { query, variables } = toVideo('reportVideo', videoId, 'category: SPAM, note: "told to moderators"')
  await friend.asks(query, variables)
  const [found] = await sql('select id from social.report_cases where subject_id = $1', [videoId])
  return String(found?.['id'])
}

async function hasOneUnread(reader: TestPerson, other: TestPerson): Promise<void> {
  await marksRead(reader, other, (await saysTo(other, reader)).id)
  await saysTo(other, reader)
}

async function marksRead(reader: TestPerson, other: TestPerson, upTo: string): Promise<void> {
  await reader.asks(
    `mutation ($userId: ID!, $upTo: ID!) {
      markConversationRead(input: { userId: $userId, upTo: $upTo }) { __typename }
    }`,
    { userId: other.id, upTo },
  )
}

/** A new user to block or mute, so that no two actors block each other; for the owner, the owner. */
function whom({ people, passerBy }: Stage, actor: Actor): Promise<string> | string {
  return actor === 'owner' ? people.owner.id : passerBy()
}
