import type { AppGeneration } from '@keyrace/contracts'
import { type Arm, keepersOf } from '@keyrace/testbed'
import type { Context } from '../scenario.ts'
import { timedArms } from '../timing/timed.ts'
import type { EvidenceIndex } from './evidence-index.ts'

type Seeing = Pick<Context, 'plan' | 'world' | 'recorder'>

/** Reads a repository of an arm, in each place where the arm keeps one. */
export async function lookInto(
  { plan, world, recorder }: Seeing,
  arm: Arm,
  app: AppGeneration,
): Promise<void> {
  for (const keeper of keepersOf(plan, arm)) {
    await recorder.look(arm.name, app, () => world.readRefs(arm, app, keeper), keeper)
  }
}

/** Lists the repositories of an arm. */
export async function findIn({ plan, world, recorder }: Seeing, arm: Arm): Promise<void> {
  for (const keeper of keepersOf(plan, arm)) {
    await recorder.find(arm.name, () => world.repositories(arm, keeper), keeper)
  }
}

/** Looks at the repositories that have seen a push since an observer last looked. */
export async function readUnread(
  { plan, world, recorder }: Seeing,
  evidence: EvidenceIndex,
): Promise<void> {
  const unread = recorder.unread((push) => evidence(push)?.generation ?? null, plan.repositories)
  for (const { arm: name, keeper, ...app } of unread) {
    const arm = timedArms(world).find((one) => one.name === name)
    if (arm) await recorder.look(name, app, () => world.readRefs(arm, app, keeper), keeper)
  }
}
