import type { PushAttempt } from './push-client.ts'

/** What is known of a push so far. */
export type AttemptDraft = {
  -readonly [K in Exclude<keyof PushAttempt, 'stamps'>]: PushAttempt[K]
} & {
  readonly stamps: { -readonly [K in keyof PushAttempt['stamps']]: PushAttempt['stamps'][K] }
}

/** A push that has not been sent: nothing can have come of it. */
export function draftAttempt(now: number): AttemptDraft {
  return {
    outcome: 'unavailable',
    reason: null,
    advertised: null,
    update: null,
    stamps: { execAt: now, advertisedAt: null, sentAt: null, reportedAt: null, doneAt: now },
    sentBytes: 0,
    exec: 0,
  }
}
