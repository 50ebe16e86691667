import { readFileSync } from 'node:fs'
import { getNamedType, isObjectType, type GraphQLSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publicSchema } from '../../schema/public-schema.ts'
import { actors, matrix, sameForEverybody, type Actor, type Coordinate, type Verdict } from './matrix.ts'
import { operations } from './operations.ts'
import type { Operation } from './operations/operation.ts'
import { setStage, type Stage } from './stage.ts'

const schema = publicSchema(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'))

/** All fields of the graph except those of pages and payloads. */
function fieldsToDecideOn(graph: GraphQLSchema): string[] {
  return Object.values(graph.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !/^__|^PageInfo$|(Payload|Connection|Edge)$/.test(name))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`))
}

/** Fields that return a page of a list. */
function lists(graph: GraphQLSchema): string[] {
  return Object.values(graph.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
        .map((field) => `${type.name}.${field.name}`),
    )
}

const everybodys = Object.entries(sameForEverybody).flatMap(([type, fields]) =>
  fields.map((field) => `${type}.${field}`),
)

it('decides on every field: either it depends on who asks, or it shows the same to everybody', () => {
  expect([...Object.keys(matrix), ...everybodys].sort()).toEqual(fieldsToDecideOn(schema).sort())
})

it('has a row for every mutation, root query and list', () => {
  const roots = fieldsToDecideOn(schema).filter((coordinate) => /^(Query|Mutation)\./.test(coordinate))
  expect(Object.keys(matrix)).toEqual(expect.arrayContaining([...roots, ...lists(schema)]))
})

describe('who may do and read what', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await setStage()
  }, 180_000)
  afterAll(() => (stage as Stage | undefined)?.[Symbol.asyncDispose]())

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

/** Queries as an actor, through the public server. */
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
  // A banned user only has the token from before.
  return session === 'another' && actor !== 'banned' ? stage.signsInAgain(actor) : stage.people[actor].token
}
