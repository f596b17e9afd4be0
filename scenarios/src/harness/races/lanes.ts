import { ConnectionRefused, type PushConnection, type PushKey } from '@keyrace/load'
import type { Arm, Replica } from '@keyrace/testbed'
import type { Context } from '../scenario.ts'

/** An authenticated connection of a pusher to one builder, which waits to be used. */
export interface Lane {
  /** `arm/replica`. */
  readonly name: string
  readonly arm: Arm
  readonly replica: Replica
  readonly connection: PushConnection
}

export function laneName({ arm, replica }: { arm: Arm; replica: Replica }): string {
  return `${arm.name}/${replica.name}`
}

export function laneNames({ world }: Context): string[] {
  return world.arms.flatMap((arm) => arm.replicas.map((replica) => laneName({ arm, replica })))
}

/** A lane to every builder of the arms; undefined when one of them did not let the pusher in. */
export async function openLanes(
  { world }: Context,
  key: PushKey,
  arms = world.arms,
): Promise<readonly Lane[] | undefined> {
  const builders = arms.flatMap((arm) => arm.replicas.map((replica) => ({ arm, replica })))
  const lanes = await Promise.all(
    builders.map(async ({ arm, replica }) => {
      const connection = await replica.connect(key).catch(ifRefused)
      return connection && { name: laneName({ arm, replica }), arm, replica, connection }
    }),
  )
  const opened = lanes.filter((lane) => lane !== undefined)
  if (opened.length === builders.length) return opened
  await closeLanes(opened)
  return undefined
}

export async function closeLanes(lanes: readonly Lane[]): Promise<void> {
  await Promise.all(lanes.map(({ connection }) => connection.close()))
}

function ifRefused(error: unknown): undefined {
  if (!(error instanceof ConnectionRefused)) throw error
}
