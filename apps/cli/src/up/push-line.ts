import type { PushEvidence } from '@keyrace/contracts'

/** One push, as its builder wrote it down: who, where to, how it ended, and on what grounds. */
export function pushLine(push: PushEvidence): string {
  const { replica, outcome, user, app, reason } = push
  const who = `${user ?? 'somebody'} → ${app ?? 'no app'}`
  const details = [reason, admissionText(push), commitText(push)].filter((text) => text !== null)
  return `${replica}  ${outcome.padEnd(16)}  ${who}${details.length > 0 ? `  (${details.join('; ')})` : ''}`
}

function admissionText({ admission }: PushEvidence): string | null {
  if (admission === null) return null
  const { allowed, source, askedAt, decidedAt, copyAgeMs } = admission
  const age = source === 'rpc' ? '' : `, ${copyAgeMs.toFixed(0)} ms old`
  const took = (decidedAt - askedAt).toFixed(1)
  return `${allowed ? 'admitted' : 'turned away'} in ${took} ms by ${source}${age}`
}

function commitText({ commit }: PushEvidence): string | null {
  if (commit === null) return null
  const { allowed, askedAt, decidedAt, durableAt } = commit
  if (allowed && durableAt !== null) return `committed in ${(durableAt - askedAt).toFixed(1)} ms`
  return `refused at the commit in ${(decidedAt - askedAt).toFixed(1)} ms`
}
