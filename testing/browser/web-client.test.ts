import { afterAll, beforeAll, describe } from 'vitest'
import { chromiumPath } from './chromium.ts'
import { commentTests } from './comments.ts'
import { connectionTests } from './connection.ts'
import { feedTests } from './feed.ts'
import { messageTests } from './messages.ts'
import { notificationTests } from './notifications.ts'
import { profileTests } from './profile.ts'
import { settingsTests } from './settings.ts'
import { signInTests } from './sign-in.ts'
import { setStage, type Stage } from './stage.ts'
import { uploadTests } from './upload.ts'

// All in one file: they share a system and a browser, which take longer to start than most of the tests.
describe.skipIf(chromiumPath === undefined)('the web client in a browser (needs Chromium)', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await setStage()
  })
  afterAll(() => stage?.[Symbol.asyncDispose]())
  const current = (): Stage => stage

  describe('the feed', () => feedTests(current))
  describe('comments', () => commentTests(current))
  describe('profiles and search', () => profileTests(current))
  describe('messages', () => messageTests(current))
  describe('notifications', () => notificationTests(current))
  describe('uploads', () => uploadTests(current))
  describe('sign-in', () => signInTests(current))
  describe('settings', () => settingsTests(current))
  describe('the connection', () => connectionTests(current))
})
