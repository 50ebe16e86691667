/**
 * Work that is done again and again, for the whole system at once. One process does it at a time; a process that is killed
 * meanwhile leaves it to another, so it may be done twice.
 */
export interface ScheduledJob {
  /** Unique in the system. */
  readonly name: string
  /** When, as a crontab says it: minute, hour, day, month, day of the week; in UTC. */
  readonly pattern: string
  /** Resolves with how many things it did something about; rejects to be tried again. */
  readonly work: () => Promise<number>
}
