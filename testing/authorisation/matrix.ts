import type { ErrorCode } from '../../platform/runtime/errors.ts'

/**
 * The callers: without a token; an unrelated user; the owner; a user whom the owner has blocked; a banned user with the token
 * from before, which is no longer valid; an administrator.
 */
export const actors = ['anonymous', 'other', 'owner', 'blocked', 'banned', 'admin'] as const
export type Actor = (typeof actors)[number]

/** The outcome: a mutation is done or rejected with a code; a read is shown, silently withheld, or rejected with a code. */
export type Verdict = 'done' | 'shown' | 'kept' | ErrorCode
type Row = readonly [Verdict, Verdict, Verdict, Verdict, Verdict, Verdict]

const done = 'done'
const shown = 'shown'
const kept = 'kept'
const signIn = 'UNAUTHENTICATED'
const refused = 'FORBIDDEN'
const unknown = 'NOT_FOUND'
const senseless = 'BAD_USER_INPUT'
/** A thousand messages exceed the limit of anonymous callers. */
const tooMuch = 'QUERY_TOO_COMPLEX'

/**
 * Who may do and read what: every mutation, root query and list, and every field whose value depends on the viewer. The
 * operations are in `operations.ts`.
 */
// prettier-ignore
export const matrix = {
  //                              anonymous  other      owner      blocked    banned   admin
  // Of oneself
  'Mutation.register':            [done,     done,      done,      done,      done,  done],
  'Mutation.login':               [signIn,   done,      done,      done,      refused, done],
  'Mutation.logout':              [signIn,   done,      done,      done,      signIn,  done],
  'Mutation.changePassword':      [signIn,   done,      done,      done,      signIn,  done],
  'Mutation.refreshSession':      [signIn,   done,      done,      done,      signIn,  done],
  'Mutation.revokeAllSessions':   [signIn,   done,      done,      done,      signIn,  done],
  'Mutation.createPictureUpload': [signIn,   done,      done,      done,      signIn,  done],
  'Mutation.updateProfile':       [signIn,   done,      done,      done,      signIn,  done],
  'Mutation.notInterested':       [signIn,   done,      done,      done,      signIn,  done],
  'Mutation.recordViews':         [done,     done,      done,      done,      done,  done],
  'Mutation.createUpload':        [signIn,   done,      done,      done,      signIn,  done],
  'Mutation.markNotificationsRead': [signIn, done,    done,      done,      signIn,  done],
  'Query.viewer':                 [kept,     shown,     shown,     shown,     signIn,  shown],

  // Of everybody
  'Query.user':                   [shown,    shown,     shown,     shown,     shown,  shown],
  'Query.users':                  [shown,    shown,     shown,     shown,     shown,  shown],
  'Query.userByName':             [shown,    shown,     shown,     shown,     shown,  shown],
  'Query.feed':                   [shown,    shown,     shown,     shown,     shown,  shown],
  'Query.searchUsers':            [shown,    shown,     shown,     shown,     shown,  shown],
  'Query.video':                  [shown,    shown,     shown,     shown,     shown,  shown],
  'Query.videos':                 [shown,    shown,     shown,     shown,     shown,  shown],
  'Query.searchTopics':           [shown,    shown,     shown,     shown,     shown,  shown],
  'Query.topic':                  [shown,    shown,     shown,     shown,     shown,  shown],
  'Query.comments':               [shown,    shown,     shown,     shown,     shown,  shown],
  'Query.uploadLimits':           [shown,    shown,     shown,     shown,     shown,  shown],
  'Query.nodes':                  [shown,    shown,     shown,     shown,     shown,   shown],

  // The owner's alone
  'Mutation.revokeSession':       [signIn,   unknown,   done,      unknown,   signIn,  unknown],
  'Mutation.publishVideo':        [signIn,   unknown,   done,      unknown,   signIn,  unknown],
  'Mutation.setTitle':            [signIn,   refused,   done,      refused,   signIn,  refused],
  'Mutation.setCover':            [signIn,   refused,   done,      refused,   signIn,  refused],
  'Mutation.setVideoVisibility':  [signIn,   refused,   done,      refused,   signIn,  refused],
  'Mutation.deleteVideo':         [signIn,   refused,   done,      refused,   signIn,  refused],
  'Mutation.deleteComment':       [signIn,   refused,   done,      refused,   signIn,  done],
  'Mutation.pinComment':          [signIn,   refused,   done,      refused,   signIn,  refused],
  'Mutation.unpinComment':        [signIn,   refused,   done,      refused,   signIn,  refused],
  'Mutation.setCommentPolicy':    [signIn,   refused,   done,      refused,   signIn,  refused],
  'Query.recommendedFeed':        [shown,    shown,     kept,      kept,      shown,  shown],
  'Query.followingFeed':          [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Video.watchProgress':          [kept,     kept,      shown,     kept,      kept,    kept],
  'Query.node':                   [kept,     kept,      shown,     kept,      kept,    kept],
  'Query.sessions':               [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Query.upload':                 [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Query.takenDownVideos':        [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Query.bookmarkedVideos':       [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Query.blockedUsers':           [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Query.mutedUsers':             [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Query.conversations':          [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Query.conversation':           [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Query.message':               [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Mutation.recallMessage':      [signIn,   unknown,   done,      unknown,   signIn,  unknown],
  'Mutation.markConversationRead': [signIn, unknown,   done,      unknown,   signIn,  unknown],
  'Mutation.sendTyping':        [signIn,   unknown,   done,      unknown,   signIn,  unknown],
  'Query.notifications':         [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Query.notification':          [signIn,   kept,      shown,     kept,      signIn,  kept],
  'User.unreadNotificationCount': [kept,    kept,      shown,     kept,      kept,  kept],
  'UploadLimits.uploadsLeft':     [kept,     kept,      shown,     kept,      kept,  kept],
  'Video.progress':               [kept,     kept,      shown,     kept,      kept,  kept],
  'Video.failureReason':          [kept,     kept,      shown,     kept,      kept,  kept],
  'Video.notice':                 [kept,     kept,      shown,     kept,      kept,  kept],
  'Video.duplicateOf':            [kept,     kept,      shown,     kept,      kept,  kept],
  'Video.isFavorite':             [kept,     kept,      shown,     kept,      kept,  kept],
  'Video.isBookmarked':           [kept,     kept,      shown,     kept,      kept,  kept],
  'Comment.isLiked':              [kept,     kept,      shown,     kept,      kept,  kept],
  'User.workCount':               [kept,     kept,      shown,     kept,      kept,  kept],
  'User.isFollow':                [kept,     kept,      shown,     kept,      kept,  kept],
  'User.isBlocked':               [kept,     kept,      shown,     kept,      kept,  kept],
  'User.isMuted':                 [kept,     kept,      shown,     kept,      kept,  kept],
  'User.isAdmin':                 [kept,     kept,      shown,     kept,      kept,  kept],
  'User.lastMessage':             [kept,     kept,      shown,     kept,      kept,  kept],
  'User.unreadMessageCount':     [kept,     kept,      shown,     kept,      kept,  kept],
  'Conversation.unreadCount':    [signIn, kept, shown, kept, signIn, kept],
  'Conversation.readUpTo':       [signIn, kept, shown, kept, signIn, kept],
  'Conversation.participantReadUpTo': [signIn, kept, shown, kept, signIn, kept],
  'Conversation.participantIsOnline': [signIn, kept, shown, kept, signIn, kept],
  'Conversation.lastMessage':     [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Conversation.messages':        [signIn,   kept,      shown,     kept,      signIn,  kept],
  'Conversation.received':        [tooMuch,  kept,      shown,     kept,      tooMuch, kept],

  // Lists with somebody in them whom the owner has blocked
  'Video.comments':               [shown,    shown,     kept,      shown,     shown,  shown],
  'Video.pinnedComment':          [shown,    shown,     kept,      shown,     shown,  shown],
  'Comment.replies':              [shown,    shown,     kept,      shown,     shown,  shown],
  'Comment.parent':               [shown,    shown,     kept,      shown,     shown,  shown],
  'Comment.replyTo':              [shown,    shown,     kept,      shown,     shown,  shown],
  'Query.searchVideos':           [shown,    shown,     kept,      shown,     shown,  shown],
  'Query.trendingVideos':         [shown,    shown,     kept,      shown,     shown,  shown],
  'Topic.videos':                 [shown,    shown,     kept,      shown,     shown,  shown],
  'Video.mentions':               [shown,    shown,     kept,      shown,     shown,  shown],
  'Comment.mentions':             [shown,    shown,     kept,      shown,     shown,  shown],
  'User.videos':                  [shown,    shown,     kept,      shown,     shown,  shown],
  'User.favoriteVideos':          [shown,    shown,     kept,      shown,     shown,  shown],
  'User.following':               [shown,    shown,     kept,      shown,     shown,  shown],
  'User.followers':               [shown,    shown,     kept,      shown,     shown,  shown],
  'User.friends':                 [shown,    shown,     kept,      shown,     shown,  shown],

  // With the owner, or with what is his; a block ends it, but what was done can be taken back
  'Mutation.favoriteVideo':       [signIn,   done,      done,      refused,   signIn,  done],
  'Mutation.unfavoriteVideo':     [signIn,   done,      done,      done,      signIn,  done],
  'Mutation.addComment':          [signIn,   done,      done,      refused,   signIn,  done],
  'Mutation.bookmarkVideo':       [signIn,   done,      done,      refused,   signIn,  done],
  'Mutation.unbookmarkVideo':     [signIn,   done,      done,      done,      signIn,  done],
  'Mutation.shareVideo':          [signIn,   done,      done,      refused,   signIn,  done],
  'Mutation.reportVideo':         [signIn,   done,      senseless, done,      signIn,  done],
  'Mutation.reportComment':       [signIn,   done,      senseless, done,      signIn,  done],
  'Mutation.reportUser':          [signIn,   done,      senseless, done,      signIn,  done],
  'Mutation.addReply':            [signIn,   done,      done,      refused,   signIn,  done],
  'Mutation.likeComment':         [signIn,   done,      done,      refused,   signIn,  done],
  'Mutation.unlikeComment':       [signIn,   done,      done,      done,      signIn,  done],
  'Mutation.followUser':          [signIn,   done,      senseless, refused,   signIn,  done],
  'Mutation.unfollowUser':        [signIn,   done,      senseless, done,      signIn,  done],
  'Mutation.sendMessage':         [signIn,   done,      senseless, refused,   signIn,  done],
  'Mutation.blockUser':           [signIn,   done,      senseless, done,      signIn,  done],
  'Mutation.unblockUser':         [signIn,   done,      senseless, done,      signIn,  done],
  'Mutation.muteUser':            [signIn,   done,      senseless, done,      signIn,  done],
  'Mutation.unmuteUser':          [signIn,   done,      senseless, done,      signIn,  done],

  // The administrators'
  'Mutation.banUser':             [signIn,   refused,   refused,   refused,   signIn,  done],
  'Mutation.unbanUser':           [signIn,   refused,   refused,   refused,   signIn,  done],
  'Mutation.takeDownVideo':       [signIn,   refused,   refused,   refused,   signIn,  done],
  'Mutation.resolveReports':      [signIn,   refused,   refused,   refused,   signIn,  done],
  'Comment.originalContent':      [kept,     kept,      kept,      kept,      kept,  shown],
  'Query.userAuditLog':           [signIn,   refused,   refused,   refused,   signIn,  shown],
  'Query.reportCases':            [signIn,   refused,   refused,   refused,   signIn,  shown],
  'Query.reports':                [signIn,   refused,   refused,   refused,   signIn,  shown],
  'Query.reportAuditLog':         [signIn,   refused,   refused,   refused,   signIn,  shown],
  'Query.videoAuditLog':          [signIn,   refused,   refused,   refused,   signIn,  shown],
} satisfies Record<string, Row>

/** A field of the graph, as `Type.field`. */
export type Coordinate = keyof typeof matrix

/** Fields that are the same for everyone who can see their parent. */
export const sameForEverybody: Readonly<Record<string, readonly string[]>> = {
  AuditEntry: ['id', 'actor', 'action', 'subjectId', 'reason', 'createdAt'],
  Comment: ['id', 'content', 'createdAt', 'author', 'video', 'likeCount', 'isPinned', 'replyCount'],
  Conversation: ['id', 'participant'],
  Message: ['id', 'content', 'createdAt', 'sender', 'recipient'],
  WatchProgress: ['positionMs', 'isCompleted'],
  Mention: ['user', 'offset', 'length'],
  Topic: ['name', 'videoCount'],
  Notification: ['id', 'kind', 'actors', 'actorCount', 'video', 'comment', 'createdAt', 'isRead'],
  PictureUploadField: ['name', 'value'],
  Rendition: ['name', 'url', 'width', 'height', 'bitRate'],
  Report: ['id', 'reporter', 'category', 'note', 'createdAt'],
  ReportCase: [
    ...['id', 'kind', 'subjectId', 'owner', 'video', 'comment', 'reportCount', 'reportedAt'],
    ...['resolution', 'resolvedBy', 'reason', 'resolvedAt'],
  ],
  Session: ['id', 'user', 'userAgent', 'createdAt', 'lastUsedAt', 'expiresAt', 'isCurrent'],
  TakenDownVideo: ['id', 'title', 'reason', 'takenDownAt'],
  Upload: ['id', 'byteSize', 'parts', 'previewUrl', 'expiresAt'],
  UploadField: ['name', 'value'],
  UploadLimits: ['maxBytes', 'maxDuration', 'maxSide', 'maxUploadsPerDay'],
  UploadPart: ['number', 'start', 'byteSize', 'url', 'isReceived'],
  User: [
    ...['id', 'name', 'avatar', 'backgroundImage', 'signature', 'createdAt', 'isBanned'],
    ...['followingCount', 'followerCount', 'totalFavorited', 'favoriteCount'],
  ],
  Video: [
    ...['id', 'title', 'author', 'playUrl', 'hlsUrl', 'renditions', 'status', 'coverUrl', 'thumbhash', 'publishedAt'],
    ...['duration', 'width', 'height', 'favoriteCount', 'commentCount', 'commentPolicy', 'bookmarkCount', 'shareCount'],
    ...['topics', 'viewCount', 'visibility'],
  ],
}
