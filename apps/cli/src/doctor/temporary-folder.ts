import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Check } from './check.ts'

export const temporaryFolder: Check = {
  name: 'temporary folder',
  async examine() {
    try {
      await rmdir(await mkdtemp(join(tmpdir(), 'keyrace-doctor-')))
      return { status: 'ok', found: `${tmpdir()} can be written` }
    } catch (error) {
      const fix = 'set TMPDIR to a folder that can be written'
      return { status: 'failure', found: (error as Error).message, fix }
    }
  },
}
