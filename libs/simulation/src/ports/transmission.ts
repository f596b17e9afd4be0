import type { Random } from '@keyrace/environment'
import type { Kernel } from '../kernel.ts'
import { drawLatencyMs, type LatencyMs } from '../latency.ts'

/** What a message on its way is known by. */
export interface Message {
  readonly from: string
  readonly to: string
  /** From where to where, and what: its name in the trace. */
  readonly label: string
  /** Tells it from others with that label. */
  readonly key: number
  /** Whether whoever carries it may send it again. */
  readonly mayRepeat: boolean
}

/** What becomes of a message, before it leaves. */
export interface Fate {
  isLost: boolean
  addedMs: number
  /** It arrives once more, so much later. */
  repeatedAfterMs: number | undefined
  /** Given what sends it: it does not leave until that is called. */
  hold: ((send: () => void) => void) | undefined
}

/** Changes what becomes of the messages that it is about. */
export type Disturbance = (message: Message, fate: Fate) => void

export interface Parcel extends Message {
  readonly deliver: (isRepeated: boolean) => void
  /** Shared by messages that must not overtake each other; after a lost one no other gets through. */
  readonly order?: Order
}

export interface Order {
  lastArrival: number
  isBroken: boolean
}

export interface TransmissionDeps {
  readonly kernel: Kernel
  readonly random: Random
  readonly latencyMs: LatencyMs
  readonly disturbances: ReadonlySet<Disturbance>
}

/** Sends a message on its way, which takes its latency and whatever befalls it. */
export function createTransmission(deps: TransmissionDeps): (parcel: Parcel) => void {
  const { disturbances, kernel, latencyMs, random } = deps
  return transmit

  function transmit(parcel: Parcel): void {
    if (parcel.order?.isBroken) return
    if (disturbances.size === 0) depart(parcel, 0)
    else befall(parcel)
  }

  function befall(parcel: Parcel): void {
    const { order } = parcel
    const fate: Fate = { isLost: false, addedMs: 0, repeatedAfterMs: undefined, hold: undefined }
    for (const disturb of disturbances) disturb(parcel, fate)
    const { isLost, addedMs, repeatedAfterMs, hold } = fate
    if (isLost) {
      if (order !== undefined) order.isBroken = true
      kernel.note(`lost: ${parcel.label}`)
    } else if (hold !== undefined) {
      hold(() => transmit(parcel))
    } else {
      depart(parcel, addedMs)
      if (repeatedAfterMs !== undefined) arrive(parcel, addedMs + repeatedAfterMs, true)
    }
  }

  function depart(parcel: Parcel, addedMs: number): void {
    const { key, label, order } = parcel
    const now = kernel.now()
    const takesMs = drawLatencyMs(random, latencyMs, 'network', label, key) + addedMs
    const arrival = Math.max(now + takesMs, order?.lastArrival ?? 0)
    if (order !== undefined) order.lastArrival = arrival
    arrive(parcel, arrival - now, false)
  }

  function arrive({ label, deliver }: Parcel, afterMs: number, isRepeated: boolean): void {
    kernel.schedule(afterMs, label, () => deliver(isRepeated))
  }
}
