import type { Check, Finding } from './check.ts'
import { versionText } from './version.ts'

export const ssh: Check = {
  name: 'ssh',
  examine: async () => judgeSsh(await versionText('ssh', '-V')),
}

/** Races push with a client of their own; a person's push needs this one. */
export function judgeSsh(version: string | undefined): Finding {
  if (version !== undefined) return { status: 'ok', found: version }
  const found = 'missing; races run without it, a push by hand does not'
  return { status: 'warning', found, fix: 'apt-get install openssh-client' }
}
