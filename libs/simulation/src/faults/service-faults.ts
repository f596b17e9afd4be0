import type { PlannedFault } from '@keyrace/contracts'
import { counted, type Fault, type InjectedFault, type Vulnerable } from './fault.ts'
import type { Impediment, Impediments } from './impediments.ts'
import { drawFor } from './on-link.ts'

/** `strength`: the share of calls. Half of them are done all the same. */
export const controllerErrors: Fault = (planned, world) => {
  const { strength: share = 0.5 } = planned
  return onSteps(world.answers, (step, impediment) => {
    if (drawNow(planned, world, step) >= share) return false
    impediment.failure = drawNow(planned, world, step, 'when') < 0.5 ? 'before' : 'after'
    return true
  })
}

/** `strength`: milliseconds, between what is answered and that it is sent. */
export const controllerSlow: Fault = ({ strength = 100 }, world) =>
  onSteps(world.answers, slowDown(strength))

/** Also of what has begun: a transaction that is being committed is committed, or not. */
export const databaseOutage: Fault = (_, world) =>
  onSteps(world.databaseSteps, (_step, impediment) => {
    impediment.failure = 'before'
    return true
  })

/** `strength`: milliseconds. */
export const databaseSlow: Fault = ({ strength = 20 }, world) =>
  onSteps(world.databaseSteps, slowDown(strength))

function slowDown(byMs: number) {
  return (_step: string, impediment: Impediment) => {
    impediment.addedMs += byMs
    return true
  }
}

function onSteps(
  steps: Impediments,
  impede: (step: string, impediment: Impediment) => boolean,
): InjectedFault {
  let touched = 0
  const remove = steps.add((step, impediment) => {
    if (impede(step, impediment)) touched++
  })
  return counted(() => touched, remove)
}

function drawNow(planned: PlannedFault, world: Vulnerable, label: string, what?: string): number {
  return drawFor(planned, world, { label, key: world.network.microseconds() }, what)
}
