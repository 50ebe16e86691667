import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readEnvironment } from '../platform/runtime/environment.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { runAccountCommand, type AccountCommand } from '../start/account-commands.ts'
import { login, type Person } from '../start/people.ts'
import { bootNetwork, type Network } from './network.ts'

let network: Network
beforeAll(async () => {
  network = await bootNetwork()
})
afterAll(() => network[Symbol.asyncDispose]())

/** What `npm start -- COMMAND` prints. */
async function printed(command: AccountCommand, ...parameters: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  const environment = readEnvironment({ DATABASE_URL: network.databaseUrl })
  await runAccountCommand(environment, command, parameters, (line) => lines.push(line), createLogger('silent', 'test'))
  return lines
}

async function query(text: string, id: string): Promise<unknown[]> {
  const database = new pg.Client(network.databaseUrl)
  await database.connect()
  const { rows } = await database.query<object>(text, [id])
  await database.end()
  return rows
}

/** Whether the session of somebody still counts. */
function isIn(person: Person): Promise<boolean> {
  return person.asks('{ sessions { id } }').then(
    () => true,
    () => false,
  )
}

it('an operator makes an administrator of somebody, and a member again, who is signed out', async () => {
  const alice = await network.person('alice')
  expect(await printed('grant-admin', alice.name)).toEqual([`“${alice.name}” is now an administrator.`])
  expect(await printed('grant-admin', alice.name)).toEqual([`“${alice.name}” is already an administrator.`])
  const entries = '{ userAuditLog(first: 2) { edges { node { action subjectId actor { id } } } } }'
  expect(await alice.asks(entries)).toEqual({
    userAuditLog: { edges: [{ node: { action: 'GRANT_ADMIN', subjectId: alice.id, actor: null } }] },
  })

  expect(await printed('revoke-admin', alice.name)).toEqual([
    `“${alice.name}” is no longer an administrator and has been signed out.`,
  ])
  expect(await printed('revoke-admin', alice.name)).toEqual([`“${alice.name}” is not an administrator.`])
  expect(await query('select from "user".sessions where user_id = $1', alice.id)).toEqual([])
})

it('an operator is told in one line what cannot be done', async () => {
  await expect(printed('grant-admin')).rejects.toThrow('Name a user: npm start -- grant-admin NAME')
  await expect(printed('grant-admin', 'nobody')).rejects.toThrow('There is no user “nobody”.')
})

it('an operator gives somebody another password, which signs in once', async () => {
  const bob = await network.person('bob')
  const [told, password = ''] = await printed('reset-password', bob.name)
  expect(told).toBe(
    `“${bob.name}” has been signed out. This password signs in once, within a day, and must be changed then:`,
  )
  await expect.poll(() => isIn(bob), { timeout: 20_000 }).toBe(false)

  await expect(login(network, bob.name, 'password')).rejects.toThrow('用户名或密码错误。')
  const again = await login(network, bob.name, password)
  await expect(login(network, bob.name, password)).rejects.toThrow('用户名或密码错误。')
  const change = `mutation ($from: String!) {
    changePassword(input: { currentPassword: $from, newPassword: "chosen" }) { user { id } }
  }`
  expect(await again.asks(change, { from: password })).toEqual({ changePassword: { user: { id: bob.id } } })
  await login(network, bob.name, 'chosen')
  await login(network, bob.name, 'chosen')

  await printed('grant-admin', bob.name)
  const admin = await login(network, bob.name, 'chosen')
  expect(await admin.asks('{ userAuditLog(first: 2) { edges { node { action subjectId actor { id } } } } }')).toEqual({
    userAuditLog: {
      edges: ['GRANT_ADMIN', 'RESET_PASSWORD'].map((action) => ({ node: { action, subjectId: bob.id, actor: null } })),
    },
  })
})

it('a password that an operator gave is no good after a day', async () => {
  const carol = await network.person('carol')
  const [, password = ''] = await printed('reset-password', carol.name)
  await query(`update "user".accounts set one_time_until = now() - interval '1 second' where id = $1`, carol.id)
  await expect(login(network, carol.name, password)).rejects.toThrow('用户名或密码错误。')
})
