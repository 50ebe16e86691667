import { z } from 'zod'

/** Who tells of events, and keeps them for those who come back. */
export const eventOwners = ['chat', 'social', 'video'] as const
export type EventOwner = (typeof eventOwners)[number]

const event = z.object({
  id: z.string(),
  type: z.string(),
  userId: z.string(),
  subjectId: z.string(),
  otherId: z.string().nullable(),
})

/** That something happened to a user, by ids alone: what they may see of it is decided when it is shown. */
export type Event = Readonly<z.output<typeof event>>

/** What a subgraph answers: the events that an earlier snapshot did not see, and the snapshot to go on from. */
export const eventPage = z.object({ upTo: z.string(), events: z.array(event), isCut: z.boolean() })
export type EventPage = Readonly<z.output<typeof eventPage>>

/** Up to where events were read, by owner: a snapshot, or null when nothing was read yet. */
export type Positions = Readonly<Record<EventOwner, string | null>>

export const noPositions: Positions = Object.freeze(
  Object.fromEntries(eventOwners.map((owner) => [owner, null])) as Record<EventOwner, null>,
)
