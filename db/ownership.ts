/**
 * Who may touch which table. A subgraph holds a `Kysely` of its own tables and of the views that others publish for it;
 * a query on anything else does not compile. Unqualified names are found through the connection's search path.
 */
import type { DB } from './tables.generated.ts'

type Owned<Schema extends string> = {
  [Table in keyof DB as Table extends `${Schema}.${infer Name}` ? Name : never]: DB[Table]
}

/** A view's columns as they are: Postgres does not say of a view which columns are never null. */
type Published<View extends keyof DB> = { [Column in keyof DB[View]]: NonNullable<DB[View][Column]> }

interface UserViews {
  'user.registeredUsers': Published<'user.registeredUsers'>
}

interface BannedUsers {
  'user.bannedUsers': Published<'user.bannedUsers'>
}

interface UserNames {
  'user.publicNames': Published<'user.publicNames'>
}

interface VideoViews {
  'video.publishedVideos': Published<'video.publishedVideos'>
  'video.authorships': Published<'video.authorships'>
}

interface SocialViews {
  'social.friendships': Published<'social.friendships'>
  'social.blockedPairs': Published<'social.blockedPairs'>
  'social.hiddenPeople': Published<'social.hiddenPeople'>
  'social.hiddenPeopleChanges': Published<'social.hiddenPeopleChanges'>
}

interface ChatViews {
  'chat.messageParties': Published<'chat.messageParties'>
}

/**
 * The share of all ids that each owner makes. An id so names one thing in the whole system, though every owner leases its
 * workers in its own schema.
 */
export const idShares = { user: 0, video: 1, social: 2, chat: 3 } as const

export type UserTables = Owned<'user'>
export type VideoTables = Owned<'video'> &
  UserNames &
  BannedUsers &
  Pick<SocialViews, 'social.hiddenPeople' | 'social.hiddenPeopleChanges'>
export type SocialTables = Owned<'social'> & UserViews & VideoViews & ChatViews
export type ChatTables = Owned<'chat'> & UserViews & SocialViews
