import { ConnectionRefused, type PushConnection, type PushKey, type PushTask } from '@keyrace/load'
import type { Arm, Replica } from '@keyrace/testbed'
import type { PushRecord } from '../recording/push-record.ts'
import type { Context } from '../scenario.ts'

/** Everybody pushes to the branch that a platform deploys. */
export const deployedRef = 'refs/heads/main'

export interface PushOrder {
  /** Its name in the history, where the plan gave it one. */
  readonly op?: string
  readonly arm: Arm
  readonly replica: Replica
  readonly app: string
  readonly key: PushKey
  readonly nonce: string
  readonly ref?: string
  /** Forces a commit without parents onto the ref: see `PushTask`. */
  readonly asRoot?: boolean
  readonly phase: PushRecord['phase']
  readonly block: number | null
  readonly serviceTimeMs: number | null
  readonly intendedAt: number
}

/** One push on an open connection, written down. `begun` is told when its exec request is on its way. */
export async function pushOn(
  connection: PushConnection,
  order: PushOrder,
  { recorder }: Pick<Context, 'recorder'>,
  begun: () => void = () => {},
): Promise<PushRecord> {
  const attempt = await connection.push({ ...taskOf(order), begun })
  return recorder.push({ ...named(order), connection, fresh: false, attempt })
}

/**
 * One push on a connection of its own, as a person's git does it. A push that is refused before its exec
 * request begins when its key is first offered, and ends at the refusal.
 */
export async function pushAfresh(
  order: PushOrder,
  context: Pick<Context, 'recorder' | 'world'>,
): Promise<PushRecord> {
  const opening = order.replica.connect(order.key)
  const record = await pushOnceOpen(opening, order, context)
  await opening.then((connection) => connection.close()).catch(ifRefused)
  return record
}

/** The same on a connection that is being opened for it, and stays open. */
export async function pushOnceOpen(
  opening: Promise<PushConnection>,
  order: PushOrder,
  { recorder, world }: Pick<Context, 'recorder' | 'world'>,
): Promise<PushRecord> {
  const startedAt = world.clock.now()
  try {
    const connection = await opening
    const attempt = await connection.push(taskOf(order))
    return recorder.push({ ...named(order), connection, fresh: true, attempt })
  } catch (error) {
    ifRefused(error)
    return recorder.push({ ...named(order), ...refused(error, startedAt, world.clock.now()) })
  }
}

function taskOf({ app, nonce, asRoot, ref = deployedRef }: PushOrder): PushTask {
  return { app, ref, nonce, asRoot }
}

function named({ op, arm, replica, app, key, ref = deployedRef, ...timing }: PushOrder) {
  const { phase, block, serviceTimeMs, intendedAt } = timing
  const names = { op, arm: arm.name, replica: replica.name }
  return { ...names, app, ref, key, phase, block, serviceTimeMs, intendedAt }
}

function ifRefused(error: unknown): asserts error is ConnectionRefused {
  if (!(error instanceof ConnectionRefused)) throw error
}

function refused(
  { code, message, offeredAt }: ConnectionRefused,
  startedAt: number,
  doneAt: number,
) {
  const at = { startedAt, connectedAt: doneAt, keyExchangedAt: doneAt, authenticatedAt: doneAt }
  const execAt = offeredAt ?? startedAt
  const stamps = { execAt, advertisedAt: null, sentAt: null, reportedAt: null, doneAt }
  return {
    fresh: true,
    connection: { name: 'refused', stamps: at },
    attempt: {
      outcome: code === 'denied' ? 'denied' : 'unavailable',
      reason: message,
      advertised: null,
      update: null,
      stamps,
      sentBytes: 0,
      exec: 0,
    },
  } as const
}
