import { defineConfig } from 'vitest/config'

const unit = [
  '{apps,libs}/*/src/**/*.test.ts',
  '{scenarios,bench}/src/**/*.test.ts',
  'tools/**/*.test.ts',
]
const system = ['**/*.system.test.ts']
const containers = ['**/*.containers.test.ts']

export default defineConfig({
  test: {
    reporters: ['default', ['junit', { outputFile: 'out/junit.xml' }], './tools/plain-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: unit,
          exclude: [...system, ...containers, '**/node_modules/**'],
        },
      },
      {
        // Real processes, ports and databases: one file at a time, with room for a slow machine.
        extends: true,
        test: {
          name: 'system',
          include: system,
          exclude: ['**/node_modules/**'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Images are built first, which takes minutes where nothing is cached.
        extends: true,
        test: {
          name: 'containers',
          include: containers,
          exclude: ['**/node_modules/**'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 900_000,
          // It would be pulled from a registry; the tests remove what they start.
          env: { TESTCONTAINERS_RYUK_DISABLED: 'true' },
        },
      },
    ],
  },
})
