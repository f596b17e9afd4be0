import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { realClock } from '@keyrace/environment/real'
import type { StrategyName } from '@keyrace/key-lookup'
import { connectSsh } from '@keyrace/load'
import { startService } from '@keyrace/testbed'
import type { Server, Site } from '../contenders/contender.ts'

const clientTimeoutMs = 30_000

/**
 * One builder with one strategy. The ref moves on the admission alone, as it does behind sshd; unlike there,
 * a release is recorded afterwards, which costs a builder one call more.
 */
export async function startBuilder(
  name: string,
  strategy: StrategyName,
  site: Site,
): Promise<Server> {
  const repositories = join(site.folder, name)
  await mkdir(repositories, { recursive: true })
  const builder = await startService<{ readonly host: string; readonly port: number }>({
    name,
    main: fileURLToPath(import.meta.resolve('@keyrace/builder/main')),
    args: [
      '--listen=127.0.0.1:0',
      `--controller=${site.controller}`,
      `--host-key=${site.hostKey}`,
      `--repositories=${repositories}`,
      `--strategy=${strategy}`,
      '--commit-check=none',
    ],
    env: {
      KEYRACE_BUILDER_TOKEN: site.tokenOf(name),
      ...(site.nodeOptions !== undefined && { NODE_OPTIONS: site.nodeOptions }),
    },
    logFile: join(site.logs, `${name}.log`),
  })
  const { host, port } = builder.listening
  return {
    remote: (app) => `ssh://git@${host}:${port}/${app}.git`,
    sshEnvironment: {},
    connect: (key) => connectSsh({ host, port, key, clock: realClock, timeoutMs: clientTimeoutMs }),
    stop: () => builder.stop(),
  }
}
