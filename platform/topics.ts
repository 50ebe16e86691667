/** The topics of the broadcast that cross the borders of subgraphs, with what each carries. */

/** A session was revoked: its id. */
export const sessionRevoked = 'session-revoked'
