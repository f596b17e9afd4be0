import type { Check, Finding } from './check.ts'
import { isAtLeast, versionText } from './version.ts'

export const git: Check = {
  name: 'git',
  examine: async () => judgeGit(await versionText('git', '--version')),
}

export function judgeGit(version: string | undefined): Finding {
  if (version === undefined) {
    return { status: 'failure', found: 'missing', fix: 'apt-get install git' }
  }
  if (isAtLeast(version, [2, 34])) return { status: 'ok', found: version }
  return { status: 'failure', found: version, fix: 'install git 2.34 or newer' }
}
