import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createHttpTransport, realIds } from '@keyrace/environment/real'
import { createHostKey, type Fixture } from '@keyrace/load'
import { createControllerAccess, startEmbeddedPostgres, startService } from '@keyrace/testbed'
import type { Site } from './contenders/contender.ts'

/**
 * A database and a controller with people, keys and apps, for all contenders alike; what is started is handed
 * to `cleanup`. The folder is made.
 */
export async function startArena(
  cleanup: AsyncDisposableStack,
  options: {
    readonly fixtures: readonly Fixture[]
    /** Names of those who get a secret at the controller. */
    readonly contenders: readonly string[]
    /** For the controller. */
    readonly flags?: readonly string[]
    readonly folder: string
    readonly logs: string
  },
): Promise<Site> {
  const { fixtures, contenders, flags = [], folder, logs } = options
  await mkdir(folder, { recursive: true })
  await mkdir(logs, { recursive: true })
  const postgres = await startEmbeddedPostgres()
  cleanup.defer(() => postgres.stop())
  const operatorToken = realIds.next('operator')
  const tokens = new Map(contenders.map((name) => [name, realIds.next('contender')]))
  const controller = await startService<{ readonly url: string }>({
    name: 'controller',
    main: fileURLToPath(import.meta.resolve('@keyrace/controller/main')),
    args: ['--listen=127.0.0.1:0', `--database=${postgres.url}`, ...flags],
    env: {
      KEYRACE_OPERATOR_TOKEN: operatorToken,
      KEYRACE_BUILDER_TOKENS: [...tokens].map((pair) => pair.join('=')).join(','),
    },
    logFile: join(logs, 'controller.log'),
  })
  cleanup.defer(() => controller.stop())
  const origin = controller.listening.url
  await load(origin, operatorToken, fixtures)
  const hostKey = join(folder, 'host-key')
  await writeFile(hostKey, createHostKey(folder), { mode: 0o600 })
  return {
    controller: origin,
    tokenOf: (contender) => tokens.get(contender) ?? '',
    apps: fixtures.flatMap(({ apps }) => apps),
    hostKey,
    folder,
    logs,
  }
}

async function load(
  origin: string,
  operatorToken: string,
  fixtures: readonly Fixture[],
): Promise<void> {
  const transport = createHttpTransport({ origin })
  const access = createControllerAccess({ transport, operatorToken })
  try {
    for (const fixture of fixtures) await access.load(fixture.lines())
  } finally {
    await transport.close()
  }
}
