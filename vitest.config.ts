import { defineConfig } from 'vitest/config'
import { sortTests } from './testing/unit-tests.ts'

const { unit, system, mocking } = sortTests()

export default defineConfig({
  test: {
    // Two cores: more workers than that only make the slow tests slower.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        // Nothing is started for them, and they share a process: the first is done as soon as it is loaded.
        test: { name: 'unit', include: [...unit], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: [...system],
          // Loading the modules anew for each file takes longer than most of the tests.
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
    // Of conditions that are waited for: other tests keep the machine busy.
    expect: { poll: { timeout: 60_000 } },
    // No test reports to anybody.
    env: { NODE_ENV: 'test', APOLLO_TELEMETRY_DISABLED: 'true' },
  },
  // graphql ships both module kinds and refuses two copies of itself; its CommonJS users decide which one it is.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
})
