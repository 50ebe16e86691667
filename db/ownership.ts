/**
 * Who may access which table. A subgraph holds a `Kysely` of its own tables and of the views that others publish for it; a
 * query built for anything else does not compile. Raw SQL is not type-checked, so Postgres checks it: `db/grants.ts` gives one
 * role per owner exactly these rights, and the connections of a subgraph act as that role.
 *
 * Unqualified names are resolved through the connection's search path.
 */
import type { DB } from './tables.generated.ts'

/** Each owns the Postgres schema of the same name. */
export const owners = ['user', 'video', 'social', 'chat'] as const
export type Owner = (typeof owners)[number]

/** The views of others that an owner may read. Each has only the columns that are needed. */
export const publishedTo = {
  user: ['social.hiddenPeople', 'social.followerCounts'],
  video: [
    'user.publicNames',
    'user.bannedUsers',
    'social.hiddenPeople',
    'social.hiddenPeopleChanges',
    'social.favoriteCounts',
    'social.followings',
    'social.givenLikes',
    'social.followingCounts',
    'social.friendships',
    'social.reportedVideos',
  ],
  social: [
    'user.registeredUsers',
    'user.publicNames',
    'video.publishedVideos',
    'video.videoChanges',
    'video.authorships',
    'video.processingOutcomes',
    'video.titleMentions',
    'chat.messageParties',
  ],
  chat: ['user.registeredUsers', 'social.friendships', 'social.blockedPairs', 'social.hiddenPeople'],
} as const satisfies Readonly<Record<Owner, readonly (keyof DB)[]>>

/** The owner of the job queue, the only one that may read and change jobs. */
export const jobOwner: Owner = 'video'

/**
 * The share of the id space of each owner. Ids are thus unique in the whole system, although every owner leases workers in its
 * own schema.
 */
export const idShares = { user: 0, video: 1, social: 2, chat: 3 } as const satisfies Readonly<Record<Owner, number>>

type Owned<Schema extends Owner> = {
  [Table in keyof DB as Table extends `${Schema}.${infer Name}` ? Name : never]: DB[Table]
}

/** A view's columns as not null: Postgres does not report which columns of a view are nullable. */
type Published<View extends keyof DB> = { [Column in keyof DB[View]]: NonNullable<DB[View][Column]> }

type Reachable<Schema extends Owner> = Owned<Schema> & {
  [View in (typeof publishedTo)[Schema][number]]: Published<View>
}

export type UserTables = Reachable<'user'>
export type VideoTables = Reachable<'video'>
export type SocialTables = Reachable<'social'>
export type ChatTables = Reachable<'chat'>
