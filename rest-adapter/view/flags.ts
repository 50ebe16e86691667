/** What depends on the viewer in a page that is the same for everybody. */
export interface Flags {
  readonly favorites: ReadonlySet<string>
  readonly follows: ReadonlySet<string>
  /** Who is in no list that the viewer is shown. */
  readonly blocked: ReadonlySet<string>
  /** Whose works the viewer is not shown. */
  readonly hidden: ReadonlySet<string>
  readonly changedLately: boolean
}

const none: ReadonlySet<string> = new Set()

/** Those of an anonymous viewer. */
export const noFlags: Flags = { favorites: none, follows: none, blocked: none, hidden: none, changedLately: false }
