/**
 * How long tests wait for a condition, in milliseconds: far longer than it takes, for the machine may be busy with other work.
 * What never comes true still fails.
 */
export const patience = { timeout: 60_000 }
