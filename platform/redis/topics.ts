/** The topics of the broadcast that cross the borders of subgraphs, with what each carries. */

/** Somebody was banned, or is not banned any more: the id of the person. */
export const banChanged = 'ban-changed'

/** A session was revoked: its id. Lost news are made up for by `sessionChanges` of the graph. */
export const sessionRevoked = 'session-revoked'
