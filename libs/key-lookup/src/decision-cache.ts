import type { Provenance } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import { ageWithin } from './age.ts'
import type { AuthorizationRequest, Decision } from './key-lookup.ts'

/** What the controller said. That nobody could say is not among it, and is never remembered. */
export type Verdict = Extract<Decision, Provenance>

export interface DecisionCache {
  /** What is remembered, with its age; undefined where there is nothing, or nothing young enough. */
  recall(request: AuthorizationRequest): Verdict | undefined
  /**
   * To be called as the controller is asked. Returns what takes its verdict, whose age counts from here:
   * what changes while the question is under way may be missing from it.
   */
  asking(request: AuthorizationRequest): (verdict: Verdict) => void
}

export interface DecisionCacheOptions {
  readonly clock: Clock
  readonly ttlMs: number
  /** Of denials. */
  readonly negativeTtlMs: number
  readonly maxEntries: number
}

interface Entry {
  readonly verdict: Verdict
  readonly sentAt: number
}

/**
 * Decisions by app, user and key. Ages are compared at each decision, on this machine's own monotonic
 * clock: whatever is as old as its TTL is not served, however long it stays in memory.
 */
export function createDecisionCache(options: DecisionCacheOptions): DecisionCache {
  const { clock, ttlMs, negativeTtlMs, maxEntries } = options
  const entries = new Map<string, Entry>()
  let epoch: string | undefined

  return {
    recall(request) {
      const entry = entries.get(idOf(request))
      if (entry === undefined) return undefined
      const { verdict, sentAt } = entry
      const boundMs = verdict.kind === 'allowed' ? ttlMs : negativeTtlMs
      const copyAgeMs = ageWithin(clock, boundMs, sentAt)
      return copyAgeMs === undefined ? undefined : { ...verdict, source: 'cache', copyAgeMs }
    },
    asking(request) {
      const sentAt = clock.now()
      const epochThen = epoch
      return (verdict) => {
        if (enter(verdict.epoch, epochThen)) remember(idOf(request), { verdict, sentAt })
      }
    },
  }

  /**
   * With another epoch everything that was remembered is void. False where the epoch has changed while the
   * question was under way: its answer may be from the history that has ended.
   */
  function enter(next: string, epochThen: string | undefined): boolean {
    if (next === epoch) return true
    if (epoch !== epochThen) return false
    entries.clear()
    epoch = next
    return true
  }

  // Denials are kept even under a TTL of 0: so what was read before one does not come back after it.
  function remember(id: string, entry: Entry): void {
    const known = entries.get(id)
    if (known !== undefined && isBehind(entry, known)) return
    entries.delete(id)
    entries.set(id, entry)
    const [oldest] = entries.keys()
    if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest)
  }
}

/** Names and fingerprints come from the network: joined with any mark, two could be taken for a third. */
function idOf({ app, user, key }: AuthorizationRequest): string {
  return JSON.stringify([app, user, key.fingerprint])
}

/** Questions overtake each other; revisions tell which answer saw more, and the same revision says the same. */
function isBehind({ verdict, sentAt }: Entry, known: Entry): boolean {
  const ahead = verdict.revision - known.verdict.revision
  return ahead < 0 || (ahead === 0 && sentAt < known.sentAt)
}
