import type { DeliveryMode, Position } from '@keyrace/contracts'
import { timedOut, within } from '@keyrace/environment'
import { usableShare } from '@keyrace/lease'
import { createDeliveries, type DeliveriesDeps } from './deliveries.ts'

/** One process that is called on each change for as long as it asks for it. */
export interface Registration {
  readonly id: string
  readonly arm: string
  readonly mode: DeliveryMode
  /** Once its term has run out it is so for good. */
  isLive(): boolean
  /** Answers for how long the builder may use what it knows, from when it asked. 0 ends the registration. */
  renew(termMs: number): number
  /** True once the builder goes by nothing older than this any more, false when its term has run out. */
  tell(position: Position): Promise<boolean>
  close(): Promise<void>
}

export interface RegistrationDeps
  extends Pick<Registration, 'id' | 'arm' | 'mode'>,
    Omit<DeliveriesDeps, 'isLive'> {}

const shortestPauseMs = 1

/**
 * A term lasts longer for us than for the builder, who counts it from when it asked. While a mutation waits for
 * the builder, renewing does not prolong the wait: who can be heard but not reached would stop all writes.
 */
export function createRegistration(deps: RegistrationDeps): Registration {
  const { id, arm, mode, clock } = deps
  const deliveries = createDeliveries({ ...deps, isLive })
  const waits = new Set<{ readonly since: number }>()
  let until = clock.now()

  return {
    id,
    arm,
    mode,
    isLive,
    renew(termMs) {
      const [oldest] = waits
      const from = oldest?.since ?? clock.now()
      until = termMs === 0 ? clock.now() : Math.max(until, from + termMs)
      return usableShare * Math.max(until - clock.now(), 0)
    },
    async tell(position) {
      const wait = { since: clock.now() }
      waits.add(wait)
      const isTold = await whileLive(deliveries.bring(position))
      waits.delete(wait)
      return isTold
    },
    close: deliveries.close,
  }

  /** The term may be prolonged meanwhile, up to a point. */
  async function whileLive(told: Promise<boolean>): Promise<boolean> {
    while (isLive()) {
      const leftMs = Math.max(until - clock.now(), shortestPauseMs)
      const isTold = await within(clock, leftMs, told)
      if (isTold !== timedOut) return isTold
    }
    return false
  }

  function isLive(): boolean {
    return clock.now() < until
  }
}
