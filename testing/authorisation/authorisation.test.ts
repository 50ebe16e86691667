import { readFileSync } from 'node:fs'
import { isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publicSchema } from '../../schema/public-schema.ts'
import { actors, matrix, type Actor, type Coordinate, type Verdict } from './matrix.ts'
import { operations, type Operation } from './operations.ts'
import { setStage, type Stage } from './stage.ts'

const schema = publicSchema(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'))

/** Every mutation, every root query, and every field that says of itself that it depends on who asks. */
function fieldsToDecideOn(graph: GraphQLSchema): string[] {
  const roots = [graph.getQueryType(), graph.getMutationType()]
  return Object.values(graph.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__') && !name.endsWith('Payload'))
    .flatMap((type) => {
      const fields: GraphQLField<unknown, unknown>[] = Object.values(type.getFields())
      return fields
        .filter(({ description }) => roots.includes(type) || /\bviewer\b|\beveryone but\b/.test(description ?? ''))
        .map((field) => `${type.name}.${field.name}`)
    })
}

it('decides on every mutation, root query and field that depends on the viewer', () => {
  expect(Object.keys(matrix).sort()).toEqual(fieldsToDecideOn(schema).sort())
})

describe('who may do and read what', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await setStage()
  }, 60_000)
  afterAll(() => stage[Symbol.asyncDispose]())

  const cells = Object.entries(matrix).flatMap(([coordinate, row]) =>
    actors.map((actor, index) => ({ coordinate: coordinate as Coordinate, actor, verdict: row[index] })),
  )
  it.each(cells)('$coordinate for $actor: $verdict', async ({ coordinate, actor, verdict }) => {
    const operation = await operations[coordinate](stage, actor)
    const found = await verdictOn(stage, actor, operation)
    if (found === 'done' && operation.session === 'all end' && actor !== 'anonymous') await stage.returns(actor)
    expect(found).toBe(verdict)
  })
})

/** Asks as an actor, through the door. */
async function verdictOn(
  stage: Stage,
  actor: Actor,
  { query, variables, shows, session }: Operation,
): Promise<Verdict> {
  const token = await tokenOf(stage, actor, session)
  const response = await fetch(stage.network.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: { extensions: { code: Verdict } }[] }
  if (errors?.[0]) return errors[0].extensions.code
  if (shows === undefined) return 'done'
  return JSON.stringify(data).includes(shows) ? 'shown' : 'kept'
}

function tokenOf(stage: Stage, actor: Actor, session: Operation['session']): Promise<string> | string | null {
  if (actor === 'anonymous' || session === 'none') return null
  // Somebody who is banned has only the token from before.
  return session === 'another' && actor !== 'banned' ? stage.signsInAgain(actor) : stage.people[actor].token
}
