import type { Endpoints, Input, Position } from '@keyrace/contracts'
import { type Clock, type Ids, type Points, sleep, type Transport } from '@keyrace/environment'
import type { Store } from '../store/store.ts'
import { createRegistration, type Registration } from './builder-registration.ts'
import type { Feed } from './feed.ts'
import type { Follower } from './followers.ts'
import { createGrantedTerms } from './granted-terms.ts'
import type { Outcome } from './outcome.ts'
import type { WaitLog } from './waits.ts'

/** The builders that are called on each change. */
export interface Builders extends Follower {
  register(arm: string, request: Request): Promise<Outcome<'registerBuilder'>>
}

type Request = Input<Endpoints['registerBuilder']>['body']

export interface BuildersDeps {
  readonly store: Pick<Store, 'epoch' | 'revision' | 'keptTermMs' | 'keepTerm'>
  readonly feed: Pick<Feed, 'read'>
  readonly clock: Clock
  readonly ids: Ids
  /** The way to a builder, by the origin of its inbox. Without it none is taken. */
  readonly transportTo: ((origin: string) => Transport) | undefined
  readonly waits: WaitLog
  readonly points?: Points | undefined
}

const mostBuilders = 1_000

/**
 * Tells registered builders what has changed, after it was committed: for a moment some of them know and others
 * do not. A mutation is acknowledged when none of those that are waited for goes by anything older any more:
 * it has answered, or its term has run out.
 */
export function createBuilders(deps: BuildersDeps): Builders {
  const { clock, ids, store, transportTo, waits } = deps
  const granted = createGrantedTerms(store, 'registration')
  /** By secrets, which each process makes anew: one that was restarted does not stand in for the one before. */
  const registrations = new Map<string, Registration>()
  const closing = new AbortController()
  let quietUntil = clock.now()

  return {
    name: 'builders',
    // Builders may go by what a controller before this one granted them.
    async start() {
      const earlierMs = await granted.earlierMs()
      quietUntil = clock.now() + earlierMs
    },
    async register(arm, request) {
      if (!URL.canParse(request.inbox)) return { refused: 'invalid-request' }
      if (request.mode === 'acknowledged') await granted.keep(request.termMs)
      const from = await position()
      forgetLapsed()
      const key = JSON.stringify([arm, request.inbox, request.secret])
      const registration = registrations.get(key) ?? enter(key, arm, request, from)
      if (registration === undefined) return { refused: 'too-many-builders' }
      const usableMs = registration.renew(request.termMs)
      // Read once the builder is among those that are told: whatever this does not show is brought.
      const { revision } = await position()
      return { body: { registration: registration.id, usableMs }, revision }
    },
    async hasSeen(position) {
      forgetLapsed()
      const byArm = Map.groupBy(registrations.values(), ({ arm }) => arm)
      const told = [...byArm].map(([arm, builders]) => tell(arm, builders, position))
      await Promise.all([...told, quietness()])
      return !closing.signal.aborted
    },
    async close() {
      closing.abort()
      await Promise.all([...registrations.values()].map((registration) => registration.close()))
    },
  }

  async function quietness(): Promise<void> {
    const leftMs = quietUntil - clock.now()
    if (leftMs > 0) await sleep(clock, leftMs, closing.signal)
  }

  async function position(): Promise<Position> {
    const { epoch } = store
    return { epoch, revision: await store.revision() }
  }

  function enter(
    key: string,
    arm: string,
    { inbox, mode, secret }: Request,
    from: Position,
  ): Registration | undefined {
    if (transportTo === undefined || registrations.size >= mostBuilders) return undefined
    const registration = createRegistration({
      ...deps,
      ...{ id: ids.next('registration'), arm, mode, secret, from },
      transport: transportTo(inbox),
    })
    registrations.set(key, registration)
    return registration
  }

  async function tell(arm: string, builders: readonly Registration[], position: Position) {
    const startedAt = clock.now()
    const told = builders.map((builder) => ({ builder, isTold: builder.tell(position) }))
    const waitedFor = told.filter(({ builder }) => builder.mode === 'acknowledged')
    if (waitedFor.length === 0) return
    const acks = await Promise.all(waitedFor.map(({ isTold }) => isTold))
    waits.record(arm, clock.now() - startedAt, acks.includes(false) ? 'expiry' : 'acks')
  }

  function forgetLapsed(): void {
    for (const [key, registration] of registrations) {
      if (registration.isLive()) continue
      registrations.delete(key)
      void registration.close()
    }
  }
}
