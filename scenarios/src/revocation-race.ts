import type { Racer } from '@keyrace/load'
import { stopHolders } from './harness/faults/stopped-holder.ts'
import { type Mutations, mutationsOf } from './harness/mutations.ts'
import { racePhase } from './harness/races/race-phase.ts'
import type { Scenario } from './harness/scenario.ts'
import { untimed, usual } from './harness/usual-defaults.ts'

/**
 * Somebody leaves, or a key is stolen: their key is removed, or their permission on an app is revoked, in
 * turns, while they push through every builder. They go on on connections that were authenticated before, and
 * connect anew. What must hold: nobody is let in on either longer after the acknowledgement than the strategy
 * claims for that kind of revocation. Read off: by how much each kind was missed.
 */
export const revocationRace: Scenario = {
  name: 'revocation-race',
  description: 'pushes race the removal of their key, or of their permission, over every builder',
  story:
    'A key is removed, or a permission is revoked, while its holder pushes through every builder: on ' +
    'connections that were authenticated before, and on fresh ones. Nobody may be let in longer after ' +
    'the acknowledgement than the strategy claims for that kind of revocation.',
  defaults: { ...usual, latency: untimed },
  firstFixture: (plan) => ({ ...plan, withRacers: true }),
  async run(context) {
    const mutations = mutationsOf(context)
    const races = await racePhase(context, {
      subjects: context.fixture.racers,
      story: ({ number, id, subject }) => ({
        id,
        app: subject.app.app,
        key: subject.key,
        effect: 'revocation',
        isFreshToo: true,
        ...(number % 2 === 1 ? ofKey(mutations, subject) : ofPermission(mutations, subject)),
      }),
    })
    return { races, ...(await stopHolders(context)) }
  },
}

function ofKey({ addKey, removeKey }: Mutations, racer: Racer) {
  return {
    ground: 'key',
    mutate: () => removeKey(racer),
    restore: () => addKey(racer),
  } as const
}

function ofPermission({ grant, revokeGrant }: Mutations, racer: Racer) {
  return {
    ground: 'permission',
    mutate: () => revokeGrant(racer),
    restore: () => grant(racer),
  } as const
}
