import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** Ends a run with `N passed, N failed`, the line that scripts read. What could not even start has failed. */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++
      const suites = [module, ...module.children.allSuites()]
      counts.failed += suites.filter((suite) => suite.errors().length > 0).length
    }
    const skipped = counts.skipped + counts.pending
    const tail = skipped > 0 ? `, ${skipped} skipped` : ''
    const line = `\n${counts.passed} passed, ${counts.failed} failed${tail}\n`
    // Other reporters still have something to say: this line comes last.
    process.once('exit', () => process.stdout.write(line))
  }
}
