import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { KernelReport } from './kernel/report.ts'

const main = join(import.meta.dirname, 'kernel.ts')

test('the same pushes are played by our kernel and its peers, and memory is measured', async () => {
  const out = mkdtempSync(join(tmpdir(), 'keyrace-bench-'))
  try {
    await promisify(execFile)(process.execPath, [main, '--smoke', `--out=${out}`])
    const report: KernelReport = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'))
    expect(report.lanes.map(({ name, blocks }) => [name, blocks])).toEqual(
      ['keyrace', 'keyrace, tick', 'keyrace, turn', 'fast-check', 'Effect'].map((name) => [
        name,
        2,
      ]),
    )
    for (const { pushesPerSecond } of report.lanes) expect(pushesPerSecond.value).toBeGreaterThan(0)
    expect(report.memory.events).toBeGreaterThan(10_000)
    expect(report.memory.maxRssMiB).toBeGreaterThan(1)
    expect(report.goals).toHaveLength(4)
  } finally {
    rmSync(out, { recursive: true })
  }
})
