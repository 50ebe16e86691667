/** The topics of the broadcast that cross the borders of subgraphs, with what each carries. */

/** A session was revoked: its id. Lost news are made up for by `sessionChanges` of the graph. */
export const sessionRevoked = 'session-revoked'
