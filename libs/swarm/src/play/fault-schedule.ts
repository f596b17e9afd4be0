import type { PlannedFault } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import type { Stage } from './operations.ts'

/** Brings a fault about at its time and heals it at its end. Resolves to how often it touched anything. */
export async function befall(fault: PlannedFault, startAt: number, stage: Stage): Promise<number> {
  const { world, arm, recorder } = stage
  const { inject, clock } = world
  if (inject === undefined) throw new Error('no fault can be brought about in this world')
  await sleep(clock, startAt + fault.fromMs - clock.now())
  const builder = arm.replicas.find(({ name }) => name === fault.node || name === fault.peer)
  const subject = builder ? { arm: arm.name, replica: builder.name } : { arm: null, replica: null }
  const written = recorder.fault(subject, faultStory(fault), fault.id)
  const injected = inject(fault)
  await sleep(clock, startAt + fault.toMs - clock.now())
  injected.heal()
  written.end()
  return injected.effects()
}

/** `delay builder-1 → controller, 40`. */
export function faultStory({ kind, node, peer, bothWays, strength }: PlannedFault): string {
  const link = peer === undefined ? node : `${node} ${bothWays ? '↔' : '→'} ${peer}`
  return `${kind} ${link}${strength === undefined ? '' : `, ${strength}`}`
}
