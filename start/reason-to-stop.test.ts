import { S3Error } from 'minio'
import { expect, it } from 'vitest'
import { readEnvironment } from '../platform/runtime/environment.ts'
import { reasonToStop } from './reason-to-stop.ts'
import { CannotStart } from './running.ts'

const environment = readEnvironment({
  DATABASE_URL: 'postgres://user:secret@db.test/app',
  REDIS_URL: 'redis://localhost',
  MINIO_ENDPOINT: 'http://127.0.0.1:9000',
})

const errorWith = (message: string, fields: object): Error => Object.assign(new Error(message), fields)

it.each([
  [new CannotStart('one\n  line'), 'one line'],
  [
    errorWith('x', { code: 'ECONNREFUSED', address: '127.0.0.1', port: 9000 }),
    'MINIO_ENDPOINT: Nothing answers at 127.0.0.1:9000.',
  ],
  [
    errorWith('x', { code: 'ECONNREFUSED', address: '127.0.0.1', port: 6379 }),
    'REDIS_URL: Nothing answers at 127.0.0.1:6379.',
  ],
  [errorWith('x', { code: 'ECONNREFUSED', address: '127.0.0.1', port: 7 }), 'Nothing answers at 127.0.0.1:7.'],
  [errorWith('x', { code: 'ENOTFOUND', hostname: 'db.test' }), 'DATABASE_URL: The host db.test does not exist.'],
  [
    errorWith('database "app" does not exist', { code: '3D000', severity: 'FATAL' }),
    'DATABASE_URL: the other server said: database "app" does not exist',
  ],
  [
    new Error('outer', { cause: errorWith('relation "x" does not exist', { code: '42P01', severity: 'ERROR' }) }),
    'DATABASE_URL: the database lacks a migration (relation "x" does not exist): run npm start -- migrate.',
  ],
  [
    Object.assign(new S3Error('unknown key'), { code: 'InvalidAccessKeyId' }),
    'MINIO_ACCESS_KEY: the other server said: InvalidAccessKeyId: unknown key',
  ],
  [new TypeError('x is undefined'), undefined],
  ['text', undefined],
])('says which setting names what refused, and what that said: %s', (error, line) => {
  expect(reasonToStop(error, environment)).toBe(line)
})
