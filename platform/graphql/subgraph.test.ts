import DataLoader from 'dataloader'
import { beforeEach, describe, expect, it } from 'vitest'
import { anonymous, ask, signedIn } from '../../testing/callers.ts'
import type { Caller } from '../auth/caller.ts'
import { DateTime } from './date-time.ts'
import { NotFound } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'
import { readSchema } from '../../schema/read-schema.ts'
import { createSubgraph } from './subgraph.ts'

interface Context {
  readonly caller: Caller
  readonly people: DataLoader<string, { id: string; name: string } | null>
}

const logged: { err: Error; requestId: string; path: unknown }[] = []
const log = { error: (line: (typeof logged)[number]) => void logged.push(line) } as unknown as Logger
const reads: (readonly string[])[] = []
const cachedRow = Object.freeze({ id: '7', name: 'grace', createdAt: new Date(0) })

/** The user subgraph with the real schema and users up to id 100. */
const subgraph = createSubgraph<Context>({
  name: 'user',
  typeDefs: readSchema('user'),
  log,
  createContext(caller) {
    if (caller.userAgent === 'nobody can serve') throw new Error('no context')
    const people = new DataLoader<string, { id: string; name: string } | null>((ids) => {
      reads.push(ids)
      return Promise.resolve(
        ids.map((id) => {
          if (id === '13') return new Error('row 13 of accounts is damaged')
          if (id === '14') return new NotFound({ en: 'Gone.', zh: '已注销。' })
          return Number(id) <= 100 ? { id, name: `person ${id}` } : null
        }),
      )
    })
    return { caller, people }
  },
  resolvers: {
    DateTime,
    Query: {
      viewer: (_: unknown, __: unknown, { caller }: Context) => ({ id: caller.viewer?.userId, name: 'viewer' }),
      user: (_: unknown, { id }: { id: string }, { people }: Context) => people.load(id),
      userByName: () => cachedRow,
      sessions: () => Promise.reject(Object.assign(new Error('connect 10.0.0.7:5432'), { code: 'ECONNREFUSED' })),
    },
    User: { __resolveReference: ({ id }: { id: string }, { people }: Context) => people.load(id) },
  },
  checkHealth: () => Promise.resolve(),
  dispose: () => Promise.resolve(),
})

beforeEach(() => {
  logged.length = 0
  reads.length = 0
})

const entities = 'query ($people: [_Any!]!) { _entities(representations: $people) { ... on User { id name } } }'
const references = (...ids: string[]) => ids.map((id) => ({ __typename: 'User', id }))

describe('resolves the references of a fetch', () => {
  it('with one read for all', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => String(index + 20))
    const { _entities: people } = await ask<{ _entities: unknown[] }>(subgraph, anonymous, entities, {
      people: references(...ids),
    })
    expect(people).toEqual(ids.map((id) => ({ id, name: `person ${id}` })))
    expect(reads).toEqual([ids])
  })

  it('with one read for repeated ones', async () => {
    await ask(subgraph, anonymous, entities, { people: references('1', '2', '1', '1') })
    expect(reads).toEqual([['1', '2']])
  })

  it('each in its place, those that fail and those that are gone too', async () => {
    const result = await subgraph.execute(
      { query: entities, variables: { people: references('1', '13', '999', '14', '2') } },
      anonymous,
    )
    expect(result.data).toEqual({
      _entities: [{ id: '1', name: 'person 1' }, null, null, null, { id: '2', name: 'person 2' }],
    })
    expect(result.errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
      [['_entities', 1], 'INTERNAL_SERVER_ERROR'],
      [['_entities', 3], 'NOT_FOUND'],
    ])
  })

  it('of an unknown type with an error, beside the others', async () => {
    const people = [...references('1'), { __typename: 'Nobody', id: '1' }]
    const { data, errors } = await subgraph.execute({ query: entities, variables: { people } }, anonymous)
    expect(data).toEqual({ _entities: [{ id: '1', name: 'person 1' }, null] })
    expect(errors).toHaveLength(1)
  })
})

describe('resolves the references to a type that has a resolver of many', () => {
  const asked: (readonly [ids: readonly string[], fields: readonly string[]])[] = []
  const together = createSubgraph<null>({
    name: 'user',
    typeDefs: readSchema('user'),
    log,
    createContext: () => null,
    resolvers: { DateTime },
    references: {
      User(ids, _, fields) {
        asked.push([ids, ['__typename', 'id', 'name', 'signature'].filter((field) => fields.has(field))])
        if (ids.includes('13')) return Promise.reject(new Error('the table is damaged'))
        return Promise.resolve(ids.map((id) => (Number(id) <= 100 ? { id, name: `person ${id}` } : null)))
      },
    },
    checkHealth: () => Promise.resolve(),
    dispose: () => Promise.resolve(),
  })
  beforeEach(() => void asked.splice(0))

  it('all at once, each in its place, knowing what is asked of them', async () => {
    const query = `query ($people: [_Any!]!) {
      _entities(representations: $people) { __typename ... on User { id } ...Named }
    }
    fragment Named on User { called: name }`
    expect(await ask(together, anonymous, query, { people: references('2', '999', '1') })).toEqual({
      _entities: [
        { __typename: 'User', id: '2', called: 'person 2' },
        null,
        { __typename: 'User', id: '1', called: 'person 1' },
      ],
    })
    expect(asked).toEqual([
      [
        ['2', '999', '1'],
        ['__typename', 'id', 'name'],
      ],
    ])
  })

  it('with an error for each when that fails, and beside those of other types', async () => {
    const people = [...references('13'), ...references('1')]
    const failed = await together.execute({ query: entities, variables: { people } }, anonymous)
    expect(failed.data).toEqual({ _entities: [null, null] })
    expect(failed.errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
      [['_entities', 0], 'INTERNAL_SERVER_ERROR'],
      [['_entities', 1], 'INTERNAL_SERVER_ERROR'],
    ])
    const mixed = [...references('1'), { __typename: 'Nobody', id: '1' }, ...references('2')]
    const { data, errors } = await together.execute({ query: entities, variables: { people: mixed } }, anonymous)
    expect(data).toEqual({ _entities: [{ id: '1', name: 'person 1' }, null, { id: '2', name: 'person 2' }] })
    expect(errors).toHaveLength(1)
  })
})

it('leaves the rows that it shows as they are, and shows them fresh each time', async () => {
  const query = '{ userByName(name: "grace") { id createdAt } }'
  const first = await ask<{ userByName: { id: string } }>(subgraph, anonymous, query)
  first.userByName.id = 'changed'
  expect(await ask(subgraph, anonymous, query)).toEqual({
    userByName: { id: '7', createdAt: '1970-01-01T00:00:00.000Z' },
  })
  expect(cachedRow).toEqual({ id: '7', name: 'grace', createdAt: new Date(0) })
})

describe('hands over what resolvers answer', () => {
  const read = (query: string, variables = {}) => subgraph.prepare({ query })?.(variables, anonymous)

  it('as they hold it, and completes it as it answers it otherwise', async () => {
    const query = '{ userByName(name: "grace") { id createdAt } }'
    const values = await read(query)
    expect(values?.data?.['userByName']).toBe(cachedRow)
    expect(values && 'complete' in values && (await values.complete())).toEqual(
      await subgraph.execute({ query }, anonymous),
    )
  })

  it('of entities, with an Error in the place of what could not be read', async () => {
    const variables = { people: references('1', '13', '999') }
    const values = await read(entities, variables)
    expect(values?.data?.['_entities']).toEqual([
      { __typename: 'User', id: '1', name: 'person 1' },
      new Error('row 13 of accounts is damaged'),
      null,
    ])
    const completed = values && 'complete' in values ? await values.complete() : null
    const { data, errors } = await subgraph.execute({ query: entities, variables }, anonymous)
    expect(completed?.data).toEqual(data)
    expect(completed?.errors?.map(({ path, extensions }) => ({ path, extensions }))).toEqual(
      errors?.map(({ path, extensions }) => ({ path, extensions })),
    )
  })

  it('but says what is wrong with variables as ever', async () => {
    const query = 'query ($id: ID!) { user(id: $id) { id } }'
    expect(await read(query, { id: [] })).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
  })

  it.each([
    'mutation { logout { userId } }',
    '{ user(id: "1") { called: name } }',
    'query ($yes: Boolean!) { user(id: "1") { name @include(if: $yes) } }',
    '{ user(id: "1") { ...Named } } fragment Named on User { name }',
    '{ __typename }',
  ])('and not of %s', (query) => {
    expect(subgraph.prepare({ query })).toBeNull()
  })
})

it('gives every operation a context of its own', async () => {
  for (const userId of ['1', '2']) {
    expect(await ask(subgraph, signedIn(userId), '{ viewer { id } }')).toEqual({ viewer: { id: userId } })
  }
})

describe('says of an error', () => {
  it('what is meant for people, in every language', async () => {
    const { errors } = await subgraph.execute({ query: '{ user(id: "14") { id } }' }, anonymous)
    expect(errors).toMatchObject([
      { message: 'Gone.', path: ['user'], extensions: { code: 'NOT_FOUND', messages: { zh: '已注销。' } } },
    ])
    expect(logged).toEqual([])
  })

  it('nothing about the inside, which goes to the log with the request’s id', async () => {
    const { data, errors } = await subgraph.execute({ query: '{ user(id: "13") { id } }' }, anonymous)
    expect(data).toEqual({ user: null })
    expect(errors).toMatchObject([{ path: ['user'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }])
    expect(JSON.stringify(errors)).not.toContain('accounts')
    expect(logged).toMatchObject([
      { err: { message: 'row 13 of accounts is damaged' }, requestId: 'test', path: ['user'] },
    ])
  })

  it('that what it needs is away, when it is', async () => {
    const { data, errors } = await subgraph.execute({ query: '{ sessions { id } }' }, anonymous)
    expect(data).toBeNull()
    expect(errors).toMatchObject([{ path: ['sessions'], extensions: { code: 'UNAVAILABLE' } }])
    expect(JSON.stringify(errors)).not.toContain('10.0.0.7')
    expect(logged).toHaveLength(1)
  })

  it('that it broke its own schema, as a failure', async () => {
    const { data, errors } = await subgraph.execute({ query: '{ viewer { avatar } }' }, anonymous)
    expect(data).toEqual({ viewer: null })
    expect(errors).toMatchObject([{ path: ['viewer', 'avatar'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }])
    expect(logged).toMatchObject([{ err: { message: 'Cannot return null for non-nullable field User.avatar.' } }])
  })

  it('that a variable does not fit, as bad input', async () => {
    const query = 'query ($id: ID!) { user(id: $id) { id } }'
    for (const variables of [{}, { id: null }, { id: { a: 1 } }]) {
      const { data, errors } = await subgraph.execute({ query, variables }, anonymous)
      expect({ data, code: errors?.[0]?.extensions['code'] }).toEqual({ data: undefined, code: 'BAD_USER_INPUT' })
    }
    expect(reads).toEqual([])
  })

  it('what is wrong with a text, in GraphQL’s words', async () => {
    for (const query of ['{ nothing }', '{ viewer {']) {
      const { errors } = await subgraph.execute({ query }, anonymous)
      expect(errors?.[0]?.message).toMatch(/"nothing"|Syntax Error/)
    }
    expect(logged).toEqual([])
  })

  it('no more than that it failed, when not even a context could be made', async () => {
    const { errors } = await subgraph.execute(
      { query: '{ viewer { id } }' },
      { ...anonymous, userAgent: 'nobody can serve' },
    )
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }])
    expect(logged).toMatchObject([{ err: { message: 'no context' } }])
  })
})
