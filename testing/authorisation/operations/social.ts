import type { Actor, Coordinate } from '../matrix.ts'
import type { TestPerson } from '../../network.ts'
import type { Stage } from '../stage.ts'
import { byIds, ofUser, ofVideo, onComment, toUser, toVideo, type Ask } from './operation.ts'

/** The operations for fields of the social subgraph. */
export const socialOperations = {
  'Query.comments': async ({ friend, published }) =>
    byIds('comments(ids: $ids) { content }', await friend.comments(published, 'for all to read'), 'for all to read'),
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
  'Query.node': async ({ people: { owner }, sql }) => {
    const [message] = await sql('select id from chat.messages where sender_id = $1 limit 1', [owner.id])
    return {
      query: 'query ($id: ID!) { node(id: $id) { ... on Message { content } } }',
      variables: { id: message?.['id'] },
      shows: 'a word between friends',
    }
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
  'Comment.mentions': async ({ friend, people: { blocked }, video }) => {
    const id = await friend.comments(await video({ author_id: friend.id }), `@${blocked.name}`)
    return byIds('comments(ids: $ids) { mentions { user { name } } }', id, blocked.name)
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
  'Mutation.blockUser': async (stage, actor) => toUser('blockUser', await whom(stage, actor)),
  'Mutation.unblockUser': async (stage, actor) => toUser('unblockUser', await whom(stage, actor)),
  'Mutation.muteUser': async (stage, actor) => toUser('muteUser', await whom(stage, actor)),
  'Mutation.unmuteUser': async (stage, actor) => toUser('unmuteUser', await whom(stage, actor)),

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
} satisfies Partial<Record<Coordinate, Ask>>

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

/** A new user to block or mute, so that no two actors block each other; for the owner, the owner. */
function whom({ people, passerBy }: Stage, actor: Actor): Promise<string> | string {
  return actor === 'owner' ? people.owner.id : passerBy()
}
