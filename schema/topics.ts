import { z } from 'zod'
import type { Broadcast } from '../platform/redis/broadcast.ts'

/** The broadcast topics that cross subgraph boundaries, and the value of each. */

/** A user was banned or unbanned: the id of the user. */
export const banChanged = 'ban-changed'

/** A session was revoked: its id. Lost messages are recovered through `sessionChanges` of the graph. */
export const sessionRevoked = 'session-revoked'

/** Events of users were committed by an owner of data. Lost messages are recovered by asking the owner. */
const eventsAdded = 'events-added'

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
