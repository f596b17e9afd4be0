import type { RefUpdate } from '@keyrace/contracts'
import { type Clock, timedOut, within } from '@keyrace/environment'
import type { PushChannel } from '@keyrace/push'
import type { Stream } from '@keyrace/simulation'
import type { Commit, Refs } from './git-model.ts'

/** What a client sends once it knows the refs: commands, and the pack that goes with them. */
export interface PackRequest {
  readonly updates: readonly RefUpdate[]
  readonly commits: readonly Commit[]
  /** Of the pack. */
  readonly bytes: number
}

/** What git says of a push in its end: why a ref did not move, null where it did. */
export type RefReports = ReadonlyMap<string, string | null>

/** What a client sees of a push, in this order at most. */
export type ServerMessage =
  | { readonly kind: 'advertised'; readonly refs: Refs }
  | { readonly kind: 'reported'; readonly reports: RefReports }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'finished'; readonly exitCode: number }

/** The builder's end of one exec request. */
export interface SimulatedChannel extends PushChannel {
  /** Shows the refs, and waits for what the client asks; undefined when it asks for nothing. */
  advertise(refs: Refs): Promise<PackRequest | undefined>
  report(reports: RefReports): void
}

/** Both ends of one exec request: the builder's, and how the client answers an advertisement. */
export interface ChannelPair {
  readonly channel: SimulatedChannel
  /** Undefined hangs up. */
  ask(request: PackRequest | undefined): void
}

export function createChannel(deps: {
  readonly clock: Clock
  readonly toClient: Stream
  readonly toBuilder: Stream
  /** How long the builder waits for a client that says nothing. */
  readonly patienceMs: number
  readonly receive: (message: ServerMessage) => void
}): ChannelPair {
  const { clock, toClient, toBuilder, patienceMs, receive } = deps
  const asked = Promise.withResolvers<PackRequest | undefined>()

  return {
    channel: {
      async advertise(refs) {
        send({ kind: 'advertised', refs: new Map(refs) })
        const request = await within(clock, patienceMs, asked.promise)
        return request === timedOut ? undefined : request
      },
      report: (reports) => send({ kind: 'reported', reports }),
      refuse(message) {
        send({ kind: 'refused', message })
        send({ kind: 'finished', exitCode: 1 })
      },
      finish: (exitCode) => send({ kind: 'finished', exitCode }),
    },
    ask: (request) => toBuilder.send('commands', () => asked.resolve(request)),
  }

  function send(message: ServerMessage) {
    toClient.send(message.kind, () => receive(message))
  }
}
