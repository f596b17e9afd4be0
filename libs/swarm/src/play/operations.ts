import type { PlannedOperation } from '@keyrace/contracts'
import type { PushConnection } from '@keyrace/load'
import {
  type MutationAnswer,
  type PushOrder,
  pushAfresh,
  pushOnceOpen,
  type Recorder,
} from '@keyrace/scenarios'
import type { Arm, World } from '@keyrace/testbed'
import { type Cast, keyNameOf } from './cast.ts'

export interface Stage {
  readonly world: World
  readonly arm: Arm
  readonly recorder: Recorder
  readonly cast: Cast
  /** Connections that have a name in the plan. */
  readonly connections: Map<string, Promise<PushConnection>>
}

const timeoutMs = 10_000

/** Does what is planned, and writes down what came of it. Whatever is missing for it is refused by the system. */
export async function perform(operation: PlannedOperation, stage: Stage): Promise<void> {
  if (operation.f === 'push') await push(operation, stage)
  else await mutate(operation, operation.f, stage)
}

export type PlannedPush = Pick<
  PlannedOperation,
  'id' | 'by' | 'key' | 'app' | 'replica' | 'ref' | 'commit' | 'connection'
>

/** A push whose builder is not there any more is not made. */
export async function push(planned: PlannedPush, stage: Stage): Promise<PushOrder | undefined> {
  const { world, arm, cast, connections } = stage
  const { id, by, key = '', app = '', ref, commit, connection } = planned
  const replica = arm.replicas.find(({ name }) => name === planned.replica)
  if (replica === undefined) return undefined
  const order: PushOrder = {
    ...{
      op: id,
      nonce: commit ?? id,
      asRoot: commit !== undefined,
      arm,
      replica,
      app,
      key: cast.key(by, key),
    },
    ...(ref !== undefined && { ref }),
    ...{ phase: 'race', block: null, serviceTimeMs: null, intendedAt: world.clock.now() },
  }
  if (connection === undefined) {
    await pushAfresh(order, stage)
    return order
  }
  const opening = connections.get(connection) ?? replica.connect(order.key)
  connections.set(connection, opening)
  // Who comes after a refusal tries again.
  opening.catch(() => connections.delete(connection))
  await pushOnceOpen(opening, order, stage)
  return order
}

async function mutate(
  { id, by, user = by, key = '', app = '' }: PlannedOperation,
  f: Exclude<PlannedOperation['f'], 'push'>,
  { world, recorder, cast }: Stage,
): Promise<void> {
  const controller = world.asUser(cast.token(by))
  const write = (subject: Parameters<Recorder['mutate']>[1], act: () => Promise<MutationAnswer>) =>
    recorder.mutate(f, subject, act, id)

  switch (f) {
    case 'createApp':
      return void (await write({ app, user: by }, () =>
        controller.call('createApp', { body: { id: app } }, { timeoutMs }),
      ))
    case 'deleteApp':
      return void (await write({ app, user: by }, () =>
        controller.call('deleteApp', { params: { app } }, { timeoutMs }),
      ))
    case 'transferApp':
      return void (await write({ app, user }, () =>
        controller.call('transferApp', { params: { app }, body: { owner: user } }, { timeoutMs }),
      ))
    case 'grant':
      return void (await write({ app, user }, () =>
        controller.call('grant', { params: { app }, body: { username: user } }, { timeoutMs }),
      ))
    case 'revokeGrant':
      return void (await write({ app, user }, () =>
        controller.call('revokeGrant', { params: { app, username: user } }, { timeoutMs }),
      ))
    case 'addKey': {
      const { fingerprint, blob } = cast.key(by, key)
      const body = { id: keyNameOf(key), public: `ssh-ed25519 ${blob}` }
      return void (await write({ user: by, key: fingerprint }, () =>
        controller.call('addKey', { body }, { timeoutMs }),
      ))
    }
    case 'removeKey':
      return void (await write({ user: by, key: cast.key(by, key).fingerprint }, () =>
        controller.call('removeKey', { params: { key: keyNameOf(key) } }, { timeoutMs }),
      ))
  }
}
