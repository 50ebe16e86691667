import type pg from 'pg'
import { expect } from 'vitest'
import { findMiscounts } from '../miscounts.ts'
import type { Belief, Storm } from '../storm.ts'

/** Expects that the tables contain what was acknowledged in a storm, each fact once, nothing else, and correct counts. */
export async function expectAcknowledged(storm: Storm, sql: pg.Client): Promise<void> {
  const facts = await factsOf(sql)
  const kept = new Set(facts)
  expect(kept.size).toBe(facts.length)
  expect([...storm.beliefs].filter(([fact, belief]) => !agree(belief, kept.has(fact)))).toEqual([])
  expect(facts.filter((fact) => !storm.beliefs.has(fact))).toEqual([])
  expect(await findMiscounts(sql)).toEqual([])
}

function agree(belief: Belief, isKept: boolean): boolean {
  return belief === 'unknown' || (belief === 'true') === isKept
}

async function factsOf(sql: pg.Client): Promise<string[]> {
  const { rows } = await sql.query<{ fact: string }>(`
    select user_id || ' likes ' || video_id as fact from social.likes
    union all select follower_id || ' follows ' || followee_id from social.follows
    union all select author_id || ' says ' || content from social.comments`)
  return rows.map((row) => row.fact)
}
