import type { Check, Finding } from './check.ts'
import { versionText } from './version.ts'

export const docker: Check = {
  name: 'docker engine',
  examine: async () =>
    judgeDocker(await versionText('docker', 'version', '--format', '{{.Server.Version}}')),
}

/** Only what runs in containers needs it. */
export function judgeDocker(version: string | undefined): Finding {
  if (version) return { status: 'ok', found: version }
  const fix = 'install and start docker with its compose, or leave out --target compose'
  return { status: 'optional', found: 'none that answers; only --target compose needs one', fix }
}
