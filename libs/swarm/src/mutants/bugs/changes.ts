import type { Change } from '@keyrace/contracts'
import { calm, chased, struckAtEndings } from '../focus.ts'
import type { Mutant } from '../mutant.ts'
import { answering, strategyOver, tellingChanges, unnoticed } from '../wiring.ts'

export const noResync: Mutant = {
  sentence: 'a stream that is opened again does not tell what was missed until then',
  source: 'etcd tests/robustness: a watch is resumable',
  killedBy: 'stale-admission',
  where: { strategies: ['watch'], commitCheck: 'none' },
  plant: () =>
    strategyOver(({ controller }) => ({
      controller: tellingChanges(controller, (changes, { stream, first }) =>
        stream > 0 && first ? changes.map(unnoticed) : [...changes],
      ),
    })),
}

export const resumesTooFar: Mutant = {
  sentence: 'a stream goes on one revision after where it should',
  source: 'etcd tests/robustness: a watch from revision + 2',
  killedBy: 'stale-admission',
  where: { strategies: ['watch'], commitCheck: 'none' },
  focus: (plan) => chased(cutOff({ ...plan, knobs: { ...plan.knobs, heartbeatMs: 80 } })),
  plant: () =>
    strategyOver(({ controller }) => ({
      controller: tellingChanges(controller, (changes, { first }) =>
        changes.map((change, index) => (first && index === 0 ? unnoticed(change) : change)),
      ),
    })),
}

const cutOff = struckAtEndings('cut', (dice, { replicas }, endsAtMs) => ({
  fromMs: endsAtMs - dice.number('before', 20, 150),
  toMs: endsAtMs + dice.number('after', 5, 150),
  node: `builder-${dice.integer('builder', 1, replicas)}`,
  peer: 'controller',
  bothWays: true,
}))

export const outOfOrder: Mutant = {
  sentence: 'changes that come together are applied in another order',
  source: 'etcd tests/robustness: a watch is ordered',
  killedBy: 'stale-reject',
  where: { strategies: ['delta'], commitCheck: 'none' },
  focus: calm,
  plant: () => changesRead((changes) => reordered(changes)),
}

function reordered(changes: readonly Change[]): Change[] {
  return changes
    .toReversed()
    .map((change, index) => ({ ...change, revision: changes[index]?.revision ?? change.revision }))
}

export const lostDelta: Mutant = {
  sentence: 'one delta in three is lost, and nobody reads the whole again',
  source: 'the thread: only deliver deltas',
  killedBy: 'stale-admission',
  where: { strategies: ['delta'], commitCheck: 'none' },
  focus: calm,
  plant: () => {
    let reads = 0
    return changesRead((changes) => (++reads % 3 === 0 ? changes.map(unnoticed) : [...changes]))
  },
}

export const fencepost: Mutant = {
  sentence:
    'the last change of each page is taken for one that was there before: >= in the place of >',
  source: 'off by one on revisions, as in many a resumed stream',
  killedBy: 'stale-admission',
  where: { strategies: ['delta'], commitCheck: 'none' },
  focus: calm,
  plant: () =>
    changesRead((changes) => [...changes.slice(0, -1), ...changes.slice(-1).map(unnoticed)]),
}

export const keyedByName: Mutant = {
  sentence:
    'rights are found by the name of an app: the next app of that name has those of the last',
  source: 'casskop#316, instaclustr/cassandra-operator#402: matched by name and not by uid',
  killedBy: 'unauthorised-accept',
  where: { strategies: ['delta'], commitCheck: 'none' },
  focus: calm,
  plant: () => {
    const owners = new Map<string, string>()
    return changesRead((changes) =>
      changes.map((change) => {
        if (change.kind !== 'createApp') return change
        const owner = owners.get(change.app) ?? change.owner
        owners.set(change.app, owner)
        return { ...change, owner }
      }),
    )
  },
}

function changesRead(tell: (changes: readonly Change[]) => Change[]) {
  return strategyOver(({ controller }) => ({
    controller: answering(controller, {
      async changes(ask) {
        const answer = await ask()
        return answer.ok ? { ...answer, body: { changes: tell(answer.body.changes) } } : answer
      },
    }),
  }))
}
