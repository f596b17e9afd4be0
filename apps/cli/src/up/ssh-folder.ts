import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RealWorld, RunningBuilder } from '@keyrace/testbed'

/** The server's name in known_hosts, whichever port it listens on. */
const hostAlias = 'keyrace'

/** Writes what a stock `ssh` needs to reach the builders by their names; answers the path of its configuration. */
export async function writeSshConfig(
  folder: string,
  {
    hostKey,
    builders,
    identityFile,
  }: {
    readonly hostKey: RealWorld['hostKey']
    readonly builders: readonly RunningBuilder[]
    readonly identityFile: string
  },
): Promise<string> {
  const knownHosts = join(folder, 'known_hosts')
  const config = join(folder, 'ssh_config')
  const lines = [
    ...builders.flatMap(({ name, host, port }) => [
      `Host ${name}`,
      `  HostName ${host}`,
      `  Port ${port}`,
    ]),
    'Host *',
    '  User git',
    `  IdentityFile "${identityFile}"`,
    '  IdentitiesOnly yes',
    `  HostKeyAlias ${hostAlias}`,
    `  UserKnownHostsFile "${knownHosts}"`,
    '  StrictHostKeyChecking yes',
  ]
  await writeFile(knownHosts, `${hostAlias} ${hostKey}\n`)
  await writeFile(config, `${lines.join('\n')}\n`)
  return config
}
