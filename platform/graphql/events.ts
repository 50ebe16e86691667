/** That something happened to a user, by ids alone. */
export interface EventRow {
  readonly id: string
  /** The type of the event in the subscription. */
  readonly type: string
  readonly userId: string
  readonly subjectId: string
  readonly otherId: string | null
}

/** What happened since an earlier snapshot, and the snapshot to ask with later. */
export interface EventPage {
  readonly upTo: string
  readonly events: readonly EventRow[]
  /** Whether there were more. */
  readonly isCut: boolean
}

/** How many events one answer holds: of everybody in a moment, and of one user since they were last here. */
export const maxEvents = { everybody: 10_000, user: 1_000 } as const
