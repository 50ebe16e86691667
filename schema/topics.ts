import { z } from 'zod'
import type { Broadcast } from '../platform/redis/broadcast.ts'

/** The broadcast topics that cross subgraph boundaries, and the value of each. */

/** A user was banned or unbanned: the id of the user. */
export const banChanged = 'ban-changed'

/** A session was revoked: its id. Lost messages are recovered through `sessionChanges` of the graph. */
export const sessionRevoked = 'session-revoked'

/** Events of users were committed by an owner of data. Lost messages are recovered by asking the owner. */
const eventsAdded = 'events-added'

/** A user is typing to another one. Lost messages are not recovered. */
const typing = 'typing'

/** The counts of users' open connections, over all gateways (`platform/redis/shared-counts.ts`), by the ids of the users. */
export const openConnections = 'gateway:connections'

const addedEvents = z.object({ owner: z.string(), userIds: z.array(z.string()) })

/** The users whose events an owner of data has committed. */
export type AddedEvents = Readonly<z.output<typeof addedEvents>>

/** Notifies all processes of new events of users. Call it after the commit, because listeners read the events at once. */
export function announceEvents(broadcast: Pick<Broadcast, 'publish'>, owner: string, userIds: readonly string[]): void {
  const added: AddedEvents = { owner, userIds: [...new Set(userIds)] }
  broadcast.publish(eventsAdded, added)
}

/** Calls the listener whenever any process announces events. */
export function onEventsAdded(broadcast: Pick<Broadcast, 'listen'>, listener: (added: AddedEvents) => void): void {
  broadcast.listen(eventsAdded, (value) => listener(addedEvents.parse(value)))
}

const typingUser = z.object({ userId: z.string(), toUserId: z.string() })

/** Who is typing to whom. */
export type TypingUser = Readonly<z.output<typeof typingUser>>

/** Notifies all processes that a user is typing. */
export function announceTyping(broadcast: Pick<Broadcast, 'publish'>, user: TypingUser): void {
  broadcast.publish(typing, user)
}

/** Calls the listener whenever any process announces that a user is typing. */
export function onTyping(broadcast: Pick<Broadcast, 'listen'>, listener: (user: TypingUser) => void): void {
  broadcast.listen(typing, (value) => listener(typingUser.parse(value)))
}
