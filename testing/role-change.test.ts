import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readEnvironment } from '../platform/runtime/environment.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { runRoleChange, type RoleChange } from '../start/role-change.ts'
import { bootNetwork, type Network } from './network.ts'

let network: Network
beforeAll(async () => {
  network = await bootNetwork()
})
afterAll(() => network[Symbol.asyncDispose]())

/** The output of `npm start -- grant-admin` and `npm start -- revoke-admin`. */
async function printed(change: RoleChange, ...parameters: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  const environment = readEnvironment({ DATABASE_URL: network.databaseUrl })
  await runRoleChange(environment, change, parameters, (line) => lines.push(line), createLogger('silent', 'test'))
  return lines
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
  const database = new pg.Client(network.databaseUrl)
  await database.connect()
  const { rows } = await database.query('select from "user".sessions where user_id = $1', [alice.id])
  await database.end()
  expect(rows).toEqual([])
})

it('an operator is told in one line what cannot be done', async () => {
  await expect(printed('grant-admin')).rejects.toThrow('Name a user: npm start -- grant-admin NAME')
  await expect(printed('grant-admin', 'nobody')).rejects.toThrow('There is no user “nobody”.')
})
