import { z } from 'zod'
import type { Broadcast } from './broadcast.ts'

/** The topics of the broadcast that cross the borders of subgraphs, with what each carries. */

/** Somebody was banned, or is not banned any more: the id of the person. */
export const banChanged = 'ban-changed'

/** A session was revoked: its id. Lost news are made up for by `sessionChanges` of the graph. */
export const sessionRevoked = 'session-revoked'

/** Something happened to users, which an owner of data has committed. Lost news are made up for by asking the owner. */
const eventsAdded = 'events-added'

const addedEvents = z.object({ owner: z.string(), userIds: z.array(z.string()) })

/** Whose events an owner of data has committed. */
export type AddedEvents = Readonly<z.output<typeof addedEvents>>

/** Tells every process that something happened to users. Only after its commit: whoever hears of it reads it at once. */
export function announceEvents(broadcast: Pick<Broadcast, 'publish'>, owner: string, userIds: readonly string[]): void {
  const news: AddedEvents = { owner, userIds: [...new Set(userIds)] }
  broadcast.publish(eventsAdded, news)
}

/** Calls the listener whenever any process announces events. */
export function onEventsAdded(broadcast: Pick<Broadcast, 'listen'>, listener: (news: AddedEvents) => void): void {
  broadcast.listen(eventsAdded, (value) => listener(addedEvents.parse(value)))
}
