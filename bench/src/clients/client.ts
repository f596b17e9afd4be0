import type { FixtureApp } from '@keyrace/load'
import type { Server } from '../contenders/contender.ts'

/** A contender did not take a push that it should have taken. */
export class PushFailed extends Error {
  readonly code = 'push-failed'
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PushFailed'
  }
}

/** Pushes one new commit to an app over a connection of its own. Rejects unless it is accepted. */
export type Client = (server: Server, app: FixtureApp) => Promise<TimedPush>

export interface TimedPush {
  /** As long as a person waits. */
  readonly ms: number
  /** Where the time went, in milliseconds; undefined where the client does not tell. */
  readonly phases?: Readonly<Record<Phase, number>>
}

/** `advertise` is authorization and the start of git; `receive` ends with git's report. */
export const phases = [
  'connect',
  'keyExchange',
  'authenticate',
  'advertise',
  'receive',
  'finish',
] as const
export type Phase = (typeof phases)[number]
