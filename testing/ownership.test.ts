import pg from 'pg'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readEnvironment } from '../platform/runtime/environment.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { openDatabase, roleOf, type DatabaseAddress } from '../platform/postgres/database.ts'
import { findDatabase } from '../start/database.ts'
import { databaseSetting } from '../subgraphs/registry.ts'
import { createTestDatabase } from './database.ts'
import { bootNetwork, type Network } from './network.ts'

const log = createLogger('silent', 'test')
const chatLogin = 'own_login_of_chat'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let admin: pg.Client
let network: Network | undefined
beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client(database.url)
  await admin.connect()
  await admin.query(`create role ${chatLogin} login password 'secret' in role ${roleOf('chat')}`)
})
afterAll(async () => {
  await network?.[Symbol.asyncDispose]()
  await admin?.query(`drop role ${chatLogin}`)
  await admin?.end()
  await database?.[Symbol.asyncDispose]()
})

function asChatLogin(url: string): string {
  const own = new URL(url)
  own.username = chatLogin
  own.password = 'secret'
  return own.href
}

/** The role of chat's connections there. */
async function currentUser(address: DatabaseAddress): Promise<unknown> {
  const db = openDatabase<unknown>({ ...address, schema: 'chat', poolSize: 1, onConnectionError: () => undefined })
  try {
    return (await sql<{ user: string }>`select current_user::text as user`.execute(db)).rows[0]?.user
  } finally {
    await db.destroy()
  }
}

it('a subgraph acts as the role of its owner', async () => {
  const address = await findDatabase(readEnvironment({ DATABASE_URL: database.url }), 'chat', log)
  expect(address).toEqual({ url: database.url, role: roleOf('chat') })
  expect(await currentUser(address)).toBe(roleOf('chat'))
})

it('a subgraph with a login of its own uses no other', async () => {
  const url = asChatLogin(database.url)
  const environment = readEnvironment({ DATABASE_URL: database.url, [databaseSetting('chat')]: url })
  const address = await findDatabase(environment, 'chat', log)
  expect(await currentUser(address)).toBe(chatLogin)
})

it('goes on with the rights of the login where that may not act as the role', async () => {
  const environment = readEnvironment({ DATABASE_URL: asChatLogin(database.url) })
  expect(await findDatabase(environment, 'social', log)).toEqual({ url: environment.DATABASE_URL, role: null })
})

it('says that a migration is missing where the role has no rights yet', async () => {
  await admin.query(`revoke usage on schema chat from ${roleOf('chat')}`)
  const environment = readEnvironment({ DATABASE_URL: database.url })
  await expect(findDatabase(environment, 'chat', log)).rejects.toThrow(/lacks a migration .+ npm start -- migrate/)
})

it('people write to each other through a chat that has a login of its own', async () => {
  network = await bootNetwork({
    settingsOver: (databaseUrl) => ({ [databaseSetting('chat')]: asChatLogin(databaseUrl) }),
  })
  const [alice, bob] = [await network.person('alice'), await network.person('bob')]
  await alice.says(bob, 'hello')
  const { message_list: messages } = await bob.calls<{ message_list: { content: string }[] }>(
    'GET',
    '/douyin/message/chat/',
    { to_user_id: alice.id },
  )
  expect(messages.map(({ content }) => content)).toEqual(['hello'])
})
