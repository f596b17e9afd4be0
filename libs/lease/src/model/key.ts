import type { LeaseReply } from '@keyrace/contracts'
import { recall } from '../entries.ts'
import type { Grantor } from '../grantor.ts'
import { type Holder, mayAnswer, type Reading } from '../holder.ts'
import type { Rules } from '../rules.ts'
import { type Bounds, rightAt, termsOf, type World } from './world.ts'

/**
 * What tells two worlds apart: times as distances, sessions by the order in which they turn up, and nothing
 * of what can no longer have an effect.
 */
export function keyOf(world: World, bounds: Bounds, rules: Rules): string {
  const { grantor, now, left } = world
  const terms = termsOf(bounds)
  const longestMs = terms.longestMs * (rules.marginForClockRates ? terms.usableShare : 1)
  const names = new Map<string, number>()
  const name = (session: string | null) => {
    if (session === null) return '-'
    const known = names.get(session) ?? names.size
    names.set(session, known)
    return known
  }
  const sides = world.sides.map((side) => {
    const { holder, entries, clock, sinceMissed, attempt, sentAt } = side
    const spent = [
      Number.isFinite(bounds.renewals) ? side.attempts : '',
      Number.isFinite(bounds.questions) ? side.asked : '',
    ]
    const remembered = world.revocations.map((_, right) =>
      recall(entries, rightAt(right)) ? 1 : 0,
    )
    const waits = attempt === 0 ? '-' : ageKey(clock, sentAt, longestMs)
    return `${holderKey(holder, clock)}|${remembered}|${sinceMissed}|${waits}|${spent}`
  })
  const messages = [
    ...world.requests.map(({ side, attempt, renewal }) => {
      const isCurrent = world.sides[side]?.attempt === attempt
      return `q${side}${isCurrent ? 'c' : 'l'}${name(renewal.session)}a${renewal.acknowledged}`
    }),
    ...world.held.map(({ side, held }) => {
      return `h${side}s${name(held.session)}${held.isNew ? 'n' : ''}u${held.usableMs}`
    }),
    ...world.replies.map(({ side, reply }) => `r${side}${replyKey(reply)}`),
    ...world.questions.map(({ side, right, before, stage, fill }) => {
      const rest = stage === 'answered' ? fillKey(fill) : pendingKey(before)
      return `?${side}${right}${stage[0]}${rest}`
    }),
  ].sort()
  const sessions = [...grantor.sessions].map(([id, { acknowledged, builder, endsAt }]) => {
    return `${name(id)}b${builder}a${acknowledged}e${endsAt - now}`
  })
  const revocations = world.revocations.map(({ stage, number, waited }) => {
    return `${stage[0]}${number}w${waited}`
  })
  return [
    ...sides,
    ...messages,
    ...sessions,
    ...revocations,
    stampKey(grantor),
    Math.max(0, grantor.quietUntil - now),
    left.duplicates,
    left.crashes,
    left.restarts,
    left.suspends,
  ].join()

  function holderKey(
    { grantor: from, session, applied, lease, delivered }: Holder,
    clock: Reading,
  ) {
    const isOver = !mayAnswer({ lease }, clock, rules)
    const runs = isOver || lease === undefined ? '-' : ageKey(clock, lease.from, lease.usableMs)
    const waiting =
      delivered && replyKey(delivered.reply) + ageKey(clock, delivered.from, longestMs)
    return `${from}s${name(session)}a${applied}l${runs}d${waiting}`
  }

  function replyKey({ grantor: from, session, number, usableMs, invalidations }: LeaseReply) {
    const news = invalidations?.map(({ kind }) => kind[0]).join('') ?? '*'
    return `${from}s${name(session)}n${number}u${usableMs}${news}`
  }
}

/** Beyond the end of a lease it does not matter how far. */
function ageKey(clock: Reading, from: Reading, usableMs: number): string {
  const monotonic = Math.min(clock.monotonicMs - from.monotonicMs, usableMs)
  const boot = Math.min(clock.bootMs - from.bootMs, usableMs)
  return `${monotonic}/${boot}/${usableMs}`
}

function stampKey({ id, number, intents }: Grantor): string {
  const pending = intents.map((intent) => `${intent.number}${intent.isSettled ? 's' : 'p'}`)
  return `${id}n${number}i${pending.join('')}`
}

/** What a question is answered by. */
function pendingKey({ id, number, intents }: Grantor): string {
  const pending = intents.filter(({ isSettled }) => !isSettled).map((intent) => intent.number)
  return `${id}n${number}p${pending.join('')}`
}

function fillKey(fill: { grantor: string; number: number } | undefined): string {
  return fill === undefined ? '-' : `${fill.grantor}n${fill.number}`
}
