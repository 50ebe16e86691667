import { defineConfig } from 'vitest/config'

export default defineConfig({
  // graphql ships both module kinds and refuses two copies of itself; its CommonJS users decide which one it is.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**'],
    globalSetup: ['testing/services.setup.ts'],
    // Two cores: more workers than that only make the slow tests slower.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Of conditions that are waited for: other tests keep the machine busy.
    expect: { poll: { timeout: 15_000 } },
    // No test reports to anybody.
    env: { NODE_ENV: 'test', APOLLO_TELEMETRY_DISABLED: 'true' },
  },
})
