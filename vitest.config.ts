import { defineConfig } from 'vitest/config'
import { sortTests } from './testing/unit-tests.ts'

const { unit, system, mocking } = sortTests()

export default defineConfig({
  test: {
    // More workers than cores make the slow tests slower.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        // They need no services and share a process, so the first one is done as soon as it is loaded.
        test: { name: 'unit', include: [...unit], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: [...system],
          // Loading the modules again for each file takes longer than most of the tests.
          isolate: false,
          globalSetup: ['testing/services.setup.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'mocking', include: [...mocking] },
      },
    ],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // For polled conditions, because other tests keep the machine busy.
    expect: { poll: { timeout: 60_000 } },
    // Tests must not send telemetry.
    env: { NODE_ENV: 'test', APOLLO_TELEMETRY_DISABLED: 'true' },
  },
  // graphql ships both module kinds and refuses two copies of itself; its CommonJS users decide which one it is.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
})
