import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { strategies } from '@keyrace/key-lookup'
import { expect, test } from 'vitest'
import type { LookupReport } from './lookup/report.ts'

const main = join(import.meta.dirname, 'lookup.ts')

test('every strategy is measured beside both stores, or left out with its reason', async () => {
  const out = mkdtempSync(join(tmpdir(), 'keyrace-bench-'))
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      main,
      '--smoke',
      `--out=${out}`,
    ])
    const { lanes, skipped }: LookupReport = JSON.parse(
      readFileSync(join(out, 'report.json'), 'utf8'),
    )
    const stores = ['230 keys', '430 keys']
    for (const strategy of Object.keys(strategies)) {
      expect(stdout).toContain(strategy)
      const measured = lanes.filter((lane) => lane.strategy === strategy)
      const left = skipped.filter((lane) => lane.strategy === strategy)
      const cells = [...measured, ...left].map(({ store }) => store)
      expect(new Set(cells)).toEqual(new Set(stores))
      expect(measured.every(({ blocks, lookups }) => blocks === 2 && lookups === 10)).toBe(true)
    }
    expect(lanes.every(({ p50 }) => (p50 ?? 0) > 0)).toBe(true)
  } finally {
    rmSync(out, { recursive: true })
  }
})
