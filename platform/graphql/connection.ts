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

/** The requested page: at most `first` rows after the row of the cursor `after`. */
export interface PageArguments {
  readonly first: number
  readonly after?: string | null | undefined
}

/**
 * Validates the page arguments of a client: limits the size, and treats an empty cursor as the beginning.
 *
 * @throws BadUserInput when `first` is negative.
 */
export function pageArguments({ first, after }: PageArguments, max: number): PageArguments {
  if (first < 0) {
    throw new BadUserInput({ en: 'The page size must not be negative.', zh: '每页条数不能为负数。' })
  }
  return { first: Math.min(first, max), after: after === '' ? null : after }
}
