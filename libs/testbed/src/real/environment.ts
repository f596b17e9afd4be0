import { spawnSync } from 'node:child_process'
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { hasNativeCrypto } from '@keyrace/builder'
import type { Environment } from '@keyrace/contracts'

/** What a reader must know of the machine to judge a figure. */
export function describeEnvironment(): Environment {
  return {
    node: process.version,
    git: versionOf('git', ['--version']) ?? 'missing',
    ssh: versionOf('ssh', ['-V']),
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    loadAverage: loadavg().map((load) => Math.round(load * 100) / 100),
    nativeCrypto: hasNativeCrypto(),
  }
}

// git prints its version on standard output, ssh on standard error.
function versionOf(command: string, args: readonly string[]): string | null {
  const { error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 5_000 })
  return error === undefined ? (stdout || stderr).trim() : null
}
