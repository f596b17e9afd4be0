import type { Delivery, DeliveryMode, Position } from '@keyrace/contracts'
import { type ControllerClient, receiveDeliveries } from '@keyrace/controller-client'
import {
  type Clock,
  type Inbox,
  type OpenInbox,
  type Points,
  sleep,
  within,
} from '@keyrace/environment'
import { ask } from './ask.ts'
import type { Copy } from './copy.ts'
import { createCopyReader } from './copy-reader.ts'

/** What keeps a copy as the controller says by calling us, and knows when not to go by it. */
export interface PushedCopy {
  /** Rejects where the inbox cannot be opened. */
  start(): Promise<void>
  /** May decisions go by the copy now? */
  isUsable(): boolean
  close(): Promise<void>
}

export interface PushedCopyOptions {
  readonly clock: Clock
  /** Goes on while the host sleeps. */
  readonly bootClock: () => number
  readonly controller: ControllerClient
  readonly inbox: Inbox
  readonly copy: Copy
  readonly replica: string
  readonly mode: DeliveryMode
  readonly termMs: number
  /** From one registration being sent to the next, at most. */
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly points?: Points | undefined
}

const shortestPauseMs = 1
/** What a call brings says nothing of when it was sent: it makes no copy younger. */
const noTime = Number.NEGATIVE_INFINITY

/**
 * The answer to a delivery is a promise: nothing older is used here any more. It raises a floor at once, and a copy
 * below the floor is not used until it was brought there, by changes that continue where it stands or by reading
 * what it missed. A new registration raises the floor to where the controller is: before it nobody told us.
 *
 * In the mode `acknowledged` mutations wait for the promise, for as long as the registration lasts: the copy is
 * used no longer, counted from before we asked on both of our own clocks: one stands still while the host sleeps.
 */
export function createPushedCopy(options: PushedCopyOptions): PushedCopy {
  const { clock, bootClock, controller, copy, inbox, mode, replica } = options
  const { intervalMs, termMs, timeoutMs } = options
  const closing = new AbortController()
  const reader = createCopyReader({ clock, controller, copy, signal: closing.signal })
  let open: OpenInbox | undefined
  let floor: Position | undefined
  let registration: string | undefined
  let usableUntil = Number.NEGATIVE_INFINITY
  let usableUntilBoot = Number.NEGATIVE_INFINITY
  let doubt = Promise.withResolvers<void>()
  let starting = Promise.resolve()
  let keeping = Promise.resolve()

  return {
    start() {
      starting = start()
      return starting
    },
    isUsable: () => clock.now() < usableUntil && bootClock() < usableUntilBoot && isAtFloor(),
    async close() {
      closing.abort()
      doubt.resolve()
      await starting
      await keeping
      if (open === undefined) return
      await register(open, 0)
      await open.close()
    },
  }

  async function start(): Promise<void> {
    open = await receiveDeliveries(inbox, take, options.points)
    await reconcile(open)
    keeping = keepUp(open)
  }

  async function keepUp(at: OpenInbox): Promise<void> {
    while (!closing.signal.aborted) {
      await sleep(clock, shortestPauseMs, closing.signal)
      await within(clock, intervalMs, doubt.promise)
      if (!closing.signal.aborted) await reconcile(at)
    }
  }

  /** Registers, and reads what the answer shows to be missing. */
  async function reconcile(at: OpenInbox): Promise<void> {
    doubt = Promise.withResolvers()
    const sentAt = clock.now()
    const bootSentAt = bootClock()
    const floorThen = floor
    const answer = await register(at, termMs)
    if (answer?.ok !== true || answer.stamp === undefined) return
    // A call of another history came meanwhile. Which of them goes on, the next answer will show.
    const isOvertaken = floor?.epoch !== floorThen?.epoch && floor?.epoch !== answer.stamp.epoch
    if (isOvertaken) return doubt.resolve()
    const { registration: id } = answer.body
    if (registration !== id || floor?.epoch !== answer.stamp.epoch) raiseFloor(answer.stamp)
    registration = id
    const usableMs = mode === 'acknowledged' ? answer.body.usableMs : Number.POSITIVE_INFINITY
    usableUntil = Math.max(usableUntil, sentAt + usableMs)
    usableUntilBoot = Math.max(usableUntilBoot, bootSentAt + usableMs)
    if (!copy.confirm(answer.stamp, sentAt)) {
      await reader.catchUp({ purpose: 'background', timeoutMs })
      copy.confirm(answer.stamp, sentAt)
    }
  }

  function take({ epoch, changes, to }: Delivery): number {
    raiseFloor({ epoch, revision: to })
    copy.apply(changes, { epoch, revision: to }, noTime)
    if (!isAtFloor()) doubt.resolve()
    return to
  }

  function register({ origin, secret }: OpenInbox, forMs: number) {
    const body = { builder: replica, inbox: origin, secret, mode, termMs: forMs }
    return ask(
      controller.call('registerBuilder', { body }, { timeoutMs, purpose: 'background' }),
      () => undefined,
    )
  }

  function raiseFloor({ epoch, revision }: Position): void {
    if (floor?.epoch === epoch && floor.revision >= revision) return
    floor = { epoch, revision }
  }

  function isAtFloor(): boolean {
    const position = copy.position()
    if (floor === undefined || position === undefined) return false
    return position.epoch === floor.epoch && position.revision >= floor.revision
  }
}
