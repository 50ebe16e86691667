import { randomBytes } from 'node:crypto'
import type { Coordinate } from '../matrix.ts'
import { byIds, moderation, nameOf, ofUser, type Ask } from './operation.ts'

/** The operations for fields of the user subgraph. */
export const userOperations = {
  'Mutation.register': () => ({
    query: 'mutation ($name: String!) { register(input: { name: $name, password: "password" }) { accessToken } }',
    variables: { name: `new-${randomBytes(6).toString('hex')}` },
  }),
  'Mutation.login': (stage, actor) => ({
    query: 'mutation ($name: String!) { login(input: { name: $name, password: "password" }) { accessToken } }',
    variables: { name: nameOf(stage, actor) },
    session: 'none',
  }),
  'Mutation.logout': () => ({ query: 'mutation { logout { sessionId } }', session: 'another' }),
  'Mutation.changePassword': () => ({
    query: `mutation {
      changePassword(input: { currentPassword: "password", newPassword: "password" }) { user { id } }
    }`,
    session: 'all end',
  }),
  'Mutation.refreshSession': async (stage, actor) => ({
    query:
      'mutation ($refreshToken: String!) { refreshSession(input: { refreshToken: $refreshToken }) { user { id } } }',
    variables: { refreshToken: actor === 'anonymous' ? 'nonsense' : await stage.refreshTokenOf(actor) },
    session: 'none',
  }),
  'Mutation.revokeAllSessions': () => ({ query: 'mutation { revokeAllSessions { sessionIds } }', session: 'all end' }),
  'Mutation.createPictureUpload': () => ({ query: 'mutation { createPictureUpload { uploadId } }' }),
  'Mutation.updateProfile': () => ({ query: 'mutation { updateProfile(input: { signature: "hi" }) { user { id } } }' }),
  'Query.viewer': (stage, actor) => ({ query: '{ viewer { name } }', shows: nameOf(stage, actor) }),

  'Query.user': ({ people }) => ofUser(people.owner.id, 'name', people.owner.name),
  'Query.users': ({ people: { owner } }) => byIds('users(ids: $ids) { name }', owner.id, owner.name),
  'Query.userByName': ({ people: { owner } }) => ({
    query: 'query ($name: String!) { userByName(name: $name) { id } }',
    variables: { name: owner.name },
    shows: owner.id,
  }),
  'Query.searchUsers': ({ people: { owner } }) => ({
    query: 'query ($name: String!) { searchUsers(query: $name) { edges { node { id } } } }',
    variables: { name: owner.name },
    shows: owner.id,
  }),
  'Mutation.revokeSession': async ({ people: { owner }, signsInAgain, sql }) => {
    await signsInAgain('owner')
    const [session] = await sql('select id from "user".sessions where user_id = $1 order by id desc limit 1', [
      owner.id,
    ])
    return {
      query: 'mutation ($sessionId: ID!) { revokeSession(input: { sessionId: $sessionId }) { sessionId } }',
      variables: { sessionId: session?.['id'] },
    }
  },
  'Query.sessions': async ({ people: { owner }, sql }) => {
    await sql(`update "user".sessions set user_agent = 'device of the owner' where user_id = $1`, [owner.id])
    return { query: '{ sessions { userAgent } }', shows: 'device of the owner' }
  },
  'User.isAdmin': ({ people }) => ofUser(people.owner.id, 'isAdmin', 'false'),
  'Mutation.banUser': async ({ passerBy }) => moderation('banUser', await passerBy()),
  'Mutation.unbanUser': async ({ passerBy }) => moderation('unbanUser', await passerBy()),
  'Query.userAuditLog': () => ({
    query: '{ userAuditLog { edges { node { reason } } } }',
    shows: 'a secret of administrators',
  }),
} satisfies Partial<Record<Coordinate, Ask>>
