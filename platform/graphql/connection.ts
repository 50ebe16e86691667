import { BadUserInput } from '../runtime/errors.ts'

/** A Relay connection (GraphQL Cursor Connections Specification). `list.ts` makes them. */
export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

/** What a page is asked for: at most `first` rows, behind the row of the cursor `after`. */
export interface PageArguments {
  readonly first: number
  readonly after?: string | null | undefined
}

/**
 * A page out of a client's arguments: at most so long as a page may be, and from the beginning when its cursor is empty.
 *
 * @throws BadUserInput when it is to have fewer than 0 rows.
 */
export function pageArguments({ first, after }: PageArguments, most: number): PageArguments {
  if (first < 0) {
    throw new BadUserInput({ en: 'A page has 0 entries or more.', zh: '每页条数不能为负数。' })
  }
  return { first: Math.min(first, most), after: after === '' ? null : after }
}
