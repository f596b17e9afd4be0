import { zeroSha } from '@keyrace/contracts'
import { type Clock, integer, type Random } from '@keyrace/environment'
import type { PushAttempt, PushTask } from '@keyrace/load'
import type { Stream } from '@keyrace/simulation'
import type { SimulatedSession } from './builder.ts'
import { createChannel, type RefReports, type ServerMessage } from './channel.ts'
import type { Line } from './push-client.ts'

export interface SimulatedPushDeps {
  readonly clock: Clock
  readonly random: Random
  readonly session: SimulatedSession
  readonly line: Line
  readonly toBuilder: Stream
  readonly toClient: Stream
  readonly timeoutMs: number
}

/** One push, the `exec`th on its connection; never rejects. It is `info` until something better is certain. */
export function pushSimulated(
  deps: SimulatedPushDeps,
  exec: number,
  task: PushTask,
): Promise<PushAttempt> {
  const { clock, line, random, session, timeoutMs, toBuilder } = deps
  if (line.isBroken()) return Promise.resolve(neverSent(clock.now()))
  const attempt = blankAttempt(exec, clock.now())

  return new Promise((resolve) => {
    const { channel, ask } = createChannel({ ...deps, patienceMs: timeoutMs, receive })
    const cancel = clock.timer(timeoutMs, () => {
      ask(undefined)
      end(`no end after ${timeoutMs} ms`)
    })
    const forget = line.onBreak(() => end('the connection broke'))
    toBuilder.send('exec', () => session.exec(`git-receive-pack '${task.app}.git'`, channel))
    task.begun?.()

    function receive(message: ServerMessage) {
      switch (message.kind) {
        case 'advertised':
          return send(message.refs)
        case 'reported':
          return takeReport(attempt, message.reports, clock.now())
        case 'refused':
          return takeRefusal(attempt, message.message)
        case 'finished':
          conclude(attempt, message.exitCode)
          end(null)
      }
    }

    function send(refs: ReadonlyMap<string, string>) {
      const old = refs.get(task.ref) ?? zeroSha
      const parent = task.asRoot ? zeroSha : old
      const commit = { id: commitOf(random, task.nonce, parent), parent }
      const update = { ref: task.ref, old, new: commit.id }
      const isNoop = update.new === old
      attempt.update = update
      attempt.advertised = refs
      attempt.sentBytes = isNoop ? 0 : integer(random, 200, 400, 'pack', task.nonce)
      attempt.stamps.advertisedAt = clock.now()
      attempt.stamps.sentAt = clock.now()
      ask({ updates: isNoop ? [] : [update], commits: [commit], bytes: attempt.sentBytes })
    }

    function end(reason: string | null) {
      cancel()
      forget()
      attempt.reason ??= reason
      attempt.stamps.doneAt = clock.now()
      resolve({ ...attempt, stamps: { ...attempt.stamps } })
    }
  })
}

/** What is known of a push so far. */
type Draft = { -readonly [K in Exclude<keyof PushAttempt, 'stamps'>]: PushAttempt[K] } & {
  readonly stamps: { -readonly [K in keyof PushAttempt['stamps']]: PushAttempt['stamps'][K] }
}

function blankAttempt(exec: number, now: number): Draft {
  return {
    outcome: 'info',
    reason: null,
    advertised: null,
    update: null,
    stamps: { execAt: now, advertisedAt: null, sentAt: null, reportedAt: null, doneAt: now },
    sentBytes: 0,
    exec,
  }
}

function neverSent(now: number): PushAttempt {
  return { ...blankAttempt(0, now), outcome: 'unavailable', reason: 'the connection is broken' }
}

/** The name that a commit with this nonce and parent has. */
function commitOf(random: Random, nonce: string, parent: string): string {
  const stream = `commit ${nonce}`
  const words = [0, 1, 2, 3, 4].map((word) => random.uint32(stream, parent, word))
  return words.map((word) => word.toString(16).padStart(8, '0')).join('')
}

function takeReport(attempt: Draft, reports: RefReports, now: number): void {
  attempt.stamps.reportedAt = now
  const reason = reports.get(attempt.update?.ref ?? '') ?? null
  if (reason === null) return
  attempt.outcome = 'rejected'
  attempt.reason = reason
}

function takeRefusal(attempt: Draft, message: string): void {
  // What git has reported stands, whatever is said after it.
  if (attempt.stamps.reportedAt !== null) return
  const [, outcome, reason] = /^(denied|unavailable|busy): (.*)$/s.exec(message) ?? []
  attempt.outcome = (outcome ?? 'denied') as 'denied' | 'unavailable' | 'busy'
  attempt.reason = reason ?? message
}

/** Git's ok is an acknowledgement only with exit status 0, which the builder gives after its last step. */
function conclude(attempt: Draft, exitCode: number): void {
  if (attempt.outcome !== 'info') return
  const { stamps, update } = attempt
  if (stamps.reportedAt !== null && exitCode === 0) attempt.outcome = 'ok'
  else if (update !== null && update.old === update.new && exitCode === 0) attempt.outcome = 'noop'
  else attempt.reason = `exit status ${exitCode}`
}
