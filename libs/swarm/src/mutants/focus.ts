import type { FaultKind, PlannedFault, PlannedOperation, SwarmPlan } from '@keyrace/contracts'
import { createDice, type Dice, rounded } from '../draw/dice.ts'

/** Nothing goes wrong but the bug. */
export function calm(plan: SwarmPlan): SwarmPlan {
  return { ...plan, faults: [], points: {} }
}

/** Calm, with these knobs. */
export function withKnobs(knobs: SwarmPlan['knobs']): (plan: SwarmPlan) => SwarmPlan {
  return (plan) => ({ ...calm(plan), knobs: { ...plan.knobs, ...knobs } })
}

/** A fault about each time that a right ends, and nothing else that goes wrong. */
export function struckAtEndings(
  kind: FaultKind,
  draw: (dice: Dice, plan: SwarmPlan, endsAtMs: number) => Omit<PlannedFault, 'id' | 'kind'>,
): (plan: SwarmPlan) => SwarmPlan {
  return (plan) => {
    const dice = createDice(plan.seed, 'focus')
    const faults = plan.operations.filter(endsRight).map(({ id, atMs }): PlannedFault => {
      const { fromMs, toMs, ...rest } = draw(dice.of(id), plan, atMs)
      return { id: `f-${id}`, kind, ...times(fromMs, toMs), ...rest }
    })
    return { ...calm(plan), faults }
  }
}

function times(fromMs: number, toMs: number): Pick<PlannedFault, 'fromMs' | 'toMs'> {
  const from = Math.max(0, fromMs)
  return { fromMs: rounded(from), toMs: rounded(Math.max(from, toMs)) }
}

const endings: readonly string[] = ['deleteApp', 'revokeGrant', 'removeKey', 'transferApp']

export function endsRight({ f }: PlannedOperation): boolean {
  return endings.includes(f)
}

/** Who may lose a right by it, as far as the plan shows: with which key they push, and to what. */
function victimsOf(
  { f, by, user = by, key, app }: PlannedOperation,
  { operations }: SwarmPlan,
): readonly Pick<PlannedOperation, 'by' | 'key' | 'app'>[] {
  const pushes = operations.filter((push) => {
    if (push.f !== 'push') return false
    if (f === 'removeKey') return push.key === key
    return push.app === app && push.by === (f === 'revokeGrant' ? user : by)
  })
  const names = new Map(pushes.map((push) => [`${push.key} ${push.app}`, push]))
  return [...names.values()].slice(0, 2)
}

/** Whoever loses a right pushes through every builder, again and again around the time when it ends. */
export function chased(
  plan: SwarmPlan,
  { fromMs = -300, toMs = 1_200, times = 8, ref = undefined as string | undefined } = {},
): SwarmPlan {
  const dice = createDice(plan.seed, 'chase')
  const pushes = plan.operations.filter(endsRight).flatMap((ending) =>
    victimsOf(ending, plan).flatMap(({ by, key, app }, victim) =>
      replicasOf(plan).flatMap((replica) =>
        Array.from({ length: times }, (_, index): PlannedOperation => {
          const id = `${ending.id}-${victim}-${replica}-${index}`
          const atMs = ending.atMs + dice.number(id, fromMs, toMs)
          const what = {
            by,
            key: key ?? '',
            app: app ?? '',
            replica,
            ref: ref ?? `refs/heads/${id}`,
          }
          return { id, atMs: rounded(Math.max(0, atMs)), f: 'push', ...what }
        }),
      ),
    ),
  )
  return inOrder(plan, pushes)
}

export function inOrder(plan: SwarmPlan, more: readonly PlannedOperation[]): SwarmPlan {
  const operations = [...plan.operations, ...more].toSorted((a, b) => a.atMs - b.atMs)
  return { ...plan, operations }
}

export function replicasOf({ replicas }: SwarmPlan): readonly string[] {
  return Array.from({ length: replicas }, (_, index) => `builder-${index + 1}`)
}

/** All along, so many messages between builders and the controller are lost. */
export function lossy(plan: SwarmPlan, strength: number): SwarmPlan {
  const toMs = plan.operations.at(-1)?.atMs ?? 0
  const link = {
    kind: 'lose',
    peer: 'controller',
    bothWays: true,
    strength,
    fromMs: 0,
    toMs,
  } as const
  return {
    ...plan,
    faults: replicasOf(plan).map((node, index) => ({ id: `f${index + 1}`, node, ...link })),
  }
}

/** The faults of all of these. */
export function joined(
  plan: SwarmPlan,
  focuses: readonly ((plan: SwarmPlan) => SwarmPlan)[],
): SwarmPlan {
  const faults = focuses.flatMap((focus) => focus(plan).faults)
  return { ...plan, faults: faults.map((fault, index) => ({ ...fault, id: `f${index + 1}` })) }
}
