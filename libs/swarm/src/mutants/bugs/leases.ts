import type { SwarmPlan } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import { type Rules, sound } from '@keyrace/lease'
import type { Sabotage } from '@keyrace/testbed'
import { calm, chased, joined, replicasOf, struckAtEndings, withKnobs } from '../focus.ts'
import type { Mutant } from '../mutant.ts'
import { answering, strategyOver } from '../wiring.ts'

const source = 'Gray and Cheriton, Leases, 1989, and Chubby: a condition of their being right'
const leased = { strategies: ['lease'], commitCheck: 'none' } as const

/** Without one of the rules that make a lease right. */
function without(rule: keyof Rules, rest: Pick<Mutant, 'sentence'> & Partial<Mutant>): Mutant {
  const leaseRules = { ...sound, [rule]: false }
  return {
    source,
    killedBy: 'stale-admission',
    where: leased,
    plant: () => ruled(leaseRules),
    ...rest,
  }
}

function ruled(leaseRules: Rules): Sabotage {
  return {
    ...strategyOver(() => ({ leaseRules })),
    controller: (deps) => ({ ...deps, leaseRules }),
  }
}

const cutOff = struckAtEndings('cut', (dice, { replicas }, endsAtMs) => ({
  fromMs: endsAtMs - dice.number('before', 0, 30),
  toMs: endsAtMs + dice.number('after', 400, 2_500),
  node: `builder-${dice.integer('builder', 1, replicas)}`,
  peer: 'controller',
  bothWays: true,
}))

const slowWay = struckAtEndings('delay', (dice, { replicas }, endsAtMs) => ({
  fromMs: endsAtMs - dice.number('before', 100, 600),
  toMs: endsAtMs + dice.number('after', 100, 1_500),
  node: 'controller',
  peer: `builder-${dice.integer('builder', 1, replicas)}`,
  strength: dice.number('strength', 50, 200),
}))

const slowBack = struckAtEndings('delay', (dice, _, endsAtMs) => ({
  fromMs: endsAtMs - 800,
  toMs: endsAtMs + 1_000,
  node: 'controller',
  peer: 'builder-1',
  strength: dice.number('strength', 180, 240),
}))

const thereCut = struckAtEndings('cut', (dice, _, endsAtMs) => ({
  fromMs: endsAtMs - dice.number('before', 0, 200),
  toMs: endsAtMs + 1_500,
  node: 'builder-1',
  peer: 'controller',
}))

const bornAgain = struckAtEndings('crash', (dice, _, endsAtMs) => ({
  fromMs: endsAtMs - 250,
  toMs: endsAtMs - dice.number('up', 130, 180),
  node: 'builder-1',
}))

const slowly = struckAtEndings('delay', (_, __, endsAtMs) => ({
  fromMs: endsAtMs - 250,
  toMs: endsAtMs + 300,
  node: 'controller',
  peer: 'builder-1',
  strength: 60,
}))

const repeated = struckAtEndings('duplicate', (_, __, endsAtMs) => ({
  fromMs: endsAtMs - 800,
  toMs: endsAtMs + 1_000,
  node: 'builder-1',
  peer: 'controller',
  strength: 0.8,
}))

/** As wrong as is allowed: the controller's clock is fast, those of the builders are slow. */
function slowClocks(plan: SwarmPlan): SwarmPlan {
  const toMs = plan.operations.at(-1)?.atMs ?? 0
  const drift = { kind: 'clock-drift', fromMs: 0, toMs } as const
  return {
    ...plan,
    faults: [
      { ...drift, id: 'f1', node: 'controller', strength: 1.1 },
      ...replicasOf(plan).map((node, index) => ({
        ...{ ...drift, id: `f${index + 2}`, node, strength: 0.9 },
      })),
    ],
  }
}

const restarted = struckAtEndings('controller-restart', (dice, _, endsAtMs) => ({
  fromMs: endsAtMs - dice.number('down', 30, 120),
  toMs: endsAtMs - dice.number('up', 1, 20),
  node: 'controller',
}))

export const commitsFirst = without('revokeBeforeCommit', {
  sentence: 'a revocation commits before every holder has forgotten',
  focus: slowWay,
})
export const countsFromReply = without('countFromSending', {
  sentence: 'a lease counts from when its renewal was answered, and not from when it was sent',
  where: { ...leased, replicas: 1 },
  focus: (plan) =>
    chased(joined(withKnobs({ termMs: 200, timeoutMs: 500 })(plan), [slowBack, thereCut]), {
      fromMs: -500,
      toMs: 600,
      times: 24,
    }),
})
export const noMargin = without('marginForClockRates', {
  sentence: 'a holder uses the whole of a term, whichever clock is slow',
  focus: (plan) =>
    chased(joined(withKnobs({ termMs: 1_000 })(plan), [slowClocks, cutOff]), {
      fromMs: -100,
      toMs: 1_500,
      times: 15,
    }),
})
export const acknowledgesFirst: Mutant = {
  sentence: 'a holder acknowledges first, and forgets afterwards',
  source,
  killedBy: 'stale-admission',
  where: leased,
  focus: calm,
  plant: () =>
    strategyOver(({ clock, controller }) => ({
      controller: answering(controller, {
        async renewLease(ask, input, options) {
          const answer = await ask()
          if (!answer.ok || answer.body.invalidations?.length === 0) return answer
          const { session, number } = answer.body
          const body = { ...input.body, session, acknowledged: number, holdMs: 0 }
          await controller.call('renewLease', { body }, options)
          await sleep(clock, 20)
          return answer
        },
      }),
    })),
}
export const remembersOvertaken = without('refuseOvertakenAnswers', {
  sentence: 'an answer is remembered although an invalidation has overtaken it',
  focus: (plan) => ({ ...chased(calm(plan)), points: { 'answer/authorize': 0.5 } }),
})
export const stampsAfter = without('stampBeforeReading', {
  sentence: 'an answer carries the number from after its read of the database',
  focus: (plan) => ({ ...chased(calm(plan)), points: { 'lease/before-fill': 0.7 } }),
})
export const remembersPending = without('pendingIsUncacheable', {
  sentence: 'what a pending revocation touches is remembered all the same',
  focus: slowWay,
})
export const forgetsNothingMissed = without('dropWhatWasMissed', {
  sentence: 'a holder that is behind goes on with what it remembers',
  focus: calm,
})
export const carriesOver = without('newSessionStartsEmpty', {
  sentence: 'a new session begins with what the old one remembered',
  focus: cutOff,
})
export const lateOpen = without('sessionsStandAlone', {
  sentence: 'a late opening of a session ends the one that lives',
  where: { ...leased, replicas: 1 },
  focus: (plan) =>
    chased(
      joined(withKnobs({ termMs: 1_000, timeoutMs: 500 })(plan), [bornAgain, repeated, slowly]),
      { fromMs: -140, toMs: 100, times: 30 },
    ),
})
export const noQuiet = without('quietAfterRestart', {
  sentence: 'a restarted controller revokes at once, whatever the one before had granted',
  focus: restarted,
})
export const expiresByTimer = without('compareAtUse', {
  sentence: 'a lease is not compared with the clock when it is used',
  focus: cutOff,
})
export const extendsUnacknowledged = without('extendOnlyWhenAcknowledged', {
  sentence:
    'a lease is extended although an invalidation is not acknowledged: a revocation may wait for ever',
  killedBy: 'write-clause',
  focus: struckAtEndings('cut', (dice, { replicas }, endsAtMs) => ({
    fromMs: endsAtMs - 1,
    toMs: endsAtMs + 6_000,
    node: 'controller',
    peer: `builder-${dice.integer('builder', 1, replicas)}`,
    bothWays: false,
  })),
})
export const oneClock = without('compareBootClock', {
  sentence:
    'a lease is compared with the monotonic clock alone, which stands still while the host sleeps',
  focus: (plan) => chased(joined(calm(plan), [asleep]), { times: 14 }),
})
const asleep = struckAtEndings('suspend', (dice, { replicas }, endsAtMs) => ({
  fromMs: endsAtMs - 1,
  toMs: endsAtMs + dice.number('slept', 500, 1_100),
  node: `builder-${dice.integer('builder', 1, replicas)}`,
}))
export const mixesGrantors = without('numbersBelongToGrantor', {
  sentence: 'numbers of one controller process are compared with those of another',
  focus: (plan) => ({ ...chased(restarted(plan)), points: { 'answer/authorize': 0.5 } }),
})
