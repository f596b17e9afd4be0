import type { AppGeneration } from '@keyrace/contracts'
import { type Arm, keepersOf } from '@keyrace/testbed'
import type { Context } from '../scenario.ts'

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
