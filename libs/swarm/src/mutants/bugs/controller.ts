import { type Endpoint, endpoints, headers } from '@keyrace/contracts'
import { type Answer, sleep } from '@keyrace/environment'
import type { ControllerDeps, Sabotage } from '@keyrace/testbed'
import { calm, chased, struckAtEndings } from '../focus.ts'
import type { Mutant } from '../mutant.ts'

const lagMs = 300

/** What an endpoint has answered a short while ago, it answers again. */
function behind(endpoint: Endpoint): Required<Pick<Sabotage, 'answers'>> {
  return {
    answers(answer, clock) {
      const seen = new Map<string, { readonly answer: Answer; readonly at: number }>()
      return async (call) => {
        if (call.endpoint !== endpoint) return answer(call)
        const id = JSON.stringify(call.input)
        const known = seen.get(id)
        if (known !== undefined && clock.now() - known.at < lagMs) return known.answer
        const at = clock.now()
        const fresh = await answer(call)
        seen.set(id, { answer: fresh, at })
        return fresh
      }
    },
  }
}

export const followerReads: Mutant = {
  sentence: 'rights are read from a follower of the database that is behind',
  source: 'SpiceDB: follower reads of CockroachDB, 4.8 s behind',
  killedBy: 'stale-admission',
  where: { strategies: ['combined'], commitCheck: 'none' },
  focus: calm,
  plant: () => behind(endpoints.authorize),
}

export const keysFromFollower: Mutant = {
  sentence: 'keys are read from a follower: who has just added one is told that nobody knows it',
  source:
    'Zanzibar, on why a write returns a token; what users report as a key that does not work yet',
  killedBy: 'own-write-not-seen',
  where: { strategies: ['combined'], commitCheck: 'none' },
  focus: calm,
  plant: () => behind(endpoints.keyOwner),
}

export const leaderAndFollower: Mutant = {
  sentence:
    'rights are read from a database and from its follower in turn, and writes are acknowledged once both have them',
  source: 'TAO: reads from a leader and its followers, in turn',
  killedBy: 'flip-flop',
  where: { strategies: ['combined'], commitCheck: 'none', replicas: 2 },
  focus: (plan) => chased(calm(plan), { fromMs: -100, toMs: lagMs, times: 20 }),
  plant: () => ({
    answers(answer, clock) {
      const follower = behind(endpoints.authorize).answers(answer, clock)
      let reads = 0
      return async (call) => {
        const { endpoint } = call
        if (endpoint === endpoints.authorize)
          return ++reads % 2 === 0 ? follower(call) : answer(call)
        const answered = await answer(call)
        if (endpoint.access === 'user' && endpoint.method !== 'GET') await sleep(clock, lagMs)
        return answered
      }
    },
  }),
}

const commitsAfterMs = 60

export const acknowledgedBeforeCommit: Mutant = {
  sentence: 'a deletion is acknowledged before it is committed',
  source: 'of our own: an acknowledgement from inside of the transaction',
  killedBy: 'stale-admission',
  where: { strategies: ['combined'], commitCheck: 'none' },
  focus: calm,
  plant: () => ({
    controller: (deps) => ({ ...deps, store: tellingTooEarly(deps) }),
  }),
}

function tellingTooEarly({ store, clock }: Pick<ControllerDeps, 'store' | 'clock'>): Store {
  const transaction: Store['transaction'] = (work) =>
    new Promise((resolve, reject) => {
      const committing = store.transaction(async (inside) => {
        let deletes = false
        const deleteApp = (name: string) => {
          deletes = true
          return inside.deleteApp(name)
        }
        const outcome = await work({ ...inside, deleteApp })
        if (!deletes) return outcome
        resolve(outcome)
        await sleep(clock, commitsAfterMs)
        return outcome
      })
      committing.then(resolve, reject)
    })
  return Object.create(store, { transaction: { value: transaction } })
}

type Store = ControllerDeps['store']

/** As a weak entity tag: so many mutations since it was started. */
export const keptEntityTag: Mutant = {
  sentence:
    'an entity tag counts from a state that a restart puts back: what was changed since is taken for unchanged',
  source: 'SpiceDB: a token names its datastore, against one that was restored',
  killedBy: 'stale-admission',
  where: { strategies: ['poll'], commitCheck: 'none' },
  focus: struckAtEndings('controller-restart', (dice, _, endsAtMs) => ({
    fromMs: endsAtMs - dice.number('down', 30, 90),
    toMs: endsAtMs - dice.number('up', 0, 20),
    node: 'controller',
  })),
  plant: () => {
    let mutations = 0
    const tags = new Map<string, number>()
    return {
      controller(deps) {
        mutations = Math.max(0, mutations - 1)
        return deps
      },
      answers: (answer) => async (call) => {
        const { endpoint } = call
        const known = call.headers[headers.ifNoneMatch]
        if (endpoint === endpoints.snapshot && known && tags.get(known) === mutations)
          return notModified(known)
        const count = mutations
        const answered = await answer(call)
        const tag = answered.headers[headers.entityTag]
        if (endpoint === endpoints.snapshot && tag && !tags.has(tag)) tags.set(tag, count)
        if (endpoint.access === 'user' && endpoint.method !== 'GET' && answered.status < 400)
          mutations++
        return answered
      },
    }
  },
}

function notModified(tag: string): Answer {
  const [, epoch = '', revision = ''] = /^"(.+)\.(\d+)"$/.exec(tag) ?? []
  return {
    status: 304,
    headers: {
      [headers.code]: 'not-modified',
      [headers.epoch]: epoch,
      [headers.revision]: revision,
    },
    body: null,
  }
}
