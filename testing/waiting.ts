/**
 * How long tests wait for a condition, in milliseconds: far longer than usual, because the machine may be busy. A condition
 * that never holds still fails the test.
 */
export const patience = { timeout: 60_000 }
