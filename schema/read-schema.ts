import { readFileSync } from 'node:fs'
import { parse, type DocumentNode } from 'graphql'
import type { Owner } from '../db/ownership.ts'

/** The contract of a subgraph, which has the name of its owner, or of the stream of events: `<name>.graphql` in this folder. */
export function readSchema(owner: Owner | 'events'): DocumentNode {
  return parse(readFileSync(new URL(`${owner}.graphql`, import.meta.url), 'utf8'))
}
