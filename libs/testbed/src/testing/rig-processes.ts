import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CommitCheck, Knobs } from '@keyrace/contracts'
import { realClock, realIds } from '@keyrace/environment/real'
import type { StrategyName } from '@keyrace/key-lookup'
import {
  connectSsh,
  type FixtureApp,
  type PushAttempt,
  type PushConnection,
  type PushKey,
} from '@keyrace/load'
import { freePort } from './free-port.ts'
import { type Restartable, startRestartable } from './restartable.ts'

export interface RigBuilder extends Restartable {
  readonly name: string
  connect(key: PushKey): Promise<PushConnection>
  /** By the app's owner, over a connection of its own. */
  push(app: FixtureApp): Promise<PushAttempt>
}

/** The branch to which all pushes go. */
export const deployedRef = 'refs/heads/main'
const pushTimeoutMs = 30_000

/** What to push: no two commits are the same. */
export function taskFor({ app }: FixtureApp) {
  return { app, ref: deployedRef, nonce: realIds.next('push') }
}

export function startController(options: {
  readonly origin: string
  readonly database: string
  readonly operatorToken: string
  readonly builderToken: string
  readonly folder: string
}): Promise<Restartable> {
  return startRestartable({
    name: 'controller',
    main: fileURLToPath(import.meta.resolve('@keyrace/controller/main')),
    args: [`--listen=${new URL(options.origin).host}`, `--database=${options.database}`],
    env: {
      KEYRACE_OPERATOR_TOKEN: options.operatorToken,
      KEYRACE_BUILDER_TOKENS: `rig=${options.builderToken}`,
    },
    logFile: join(options.folder, 'controller.log'),
  })
}

export async function startBuilder(
  name: string,
  options: {
    readonly strategy: StrategyName
    readonly knobs?: Knobs
    readonly commitCheck: CommitCheck
    readonly controller: string
    readonly builderToken: string
    readonly hostKey: string
    readonly repositories: string
    readonly folder: string
  },
): Promise<RigBuilder> {
  const port = await freePort()
  const knobs = Object.entries(options.knobs ?? {})
  const process = await startRestartable({
    name,
    main: fileURLToPath(import.meta.resolve('@keyrace/builder/main')),
    args: [
      `--listen=127.0.0.1:${port}`,
      `--replica=${name}`,
      `--controller=${options.controller}`,
      `--host-key=${options.hostKey}`,
      `--repositories=${options.repositories}`,
      `--strategy=${options.strategy}`,
      ...knobs.map(([knob, value]) => `--set=${knob}=${value}`),
      `--commit-check=${options.commitCheck}`,
      '--lock-timeout=5s',
    ],
    env: { KEYRACE_BUILDER_TOKEN: options.builderToken },
    logFile: join(options.folder, `${name}.log`),
  })
  const connect = (key: PushKey) =>
    connectSsh({ host: '127.0.0.1', port, key, clock: realClock, timeoutMs: pushTimeoutMs })
  return Object.assign(process, {
    name,
    connect,
    async push(app: FixtureApp) {
      const connection = await connect(app.pusher)
      const attempt = await connection.push(taskFor(app))
      await connection.close()
      return attempt
    },
  })
}
