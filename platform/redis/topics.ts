/** The broadcast topics that cross subgraph boundaries, and the value of each. */

/** A user was banned or unbanned: the id of the user. */
export const banChanged = 'ban-changed'

/** A session was revoked: its id. Lost messages are recovered through `sessionChanges` of the graph. */
export const sessionRevoked = 'session-revoked'
