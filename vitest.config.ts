import { defineConfig } from 'vitest/config'

const unit = ['{apps,libs}/*/src/**/*.test.ts', 'scenarios/src/**/*.test.ts', 'tools/**/*.test.ts']
const system = ['**/*.system.test.ts']

export default defineConfig({
  test: {
    reporters: ['default', ['junit', { outputFile: 'out/junit.xml' }], './tools/plain-reporter.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: unit, exclude: [...system, '**/node_modules/**'] },
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
    ],
  },
})
