/** What depends on the viewer in a page that is the same for everybody. */
export interface Flags {
  readonly favorites: ReadonlySet<string>
  readonly follows: ReadonlySet<string>
  /** Whom the viewer keeps away. */
  readonly hidden: ReadonlySet<string>
  readonly changedLately: boolean
}

/** Those of an anonymous viewer. */
export const noFlags: Flags = { favorites: new Set(), follows: new Set(), hidden: new Set(), changedLately: false }
