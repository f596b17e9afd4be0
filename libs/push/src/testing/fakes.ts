import type { PushEvidence, RefUpdate } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import type { Decision } from '@keyrace/key-lookup'
import type { CheckCoherence } from '../coherence.ts'
import type { CommitAnswer, CommitCheck } from '../commit-checks/commit-check.ts'
import type { Identity } from '../connection.ts'
import type { HeldLock, Locks } from '../locks/lock.ts'
import { createPushPipeline } from '../push.ts'
import type { PushChannel, Receipt, Repositories } from '../repositories.ts'

/** Time that passes by 1 ms at each look, and a timer that fires at once. */
export function createTickingClock(): Clock {
  let now = 0
  return {
    now: () => ++now,
    wall: () => ++now,
    timer(_, callback) {
      void Promise.resolve().then(callback)
      return () => {}
    },
  }
}

export const update: RefUpdate = {
  ref: 'refs/heads/main',
  old: '0'.repeat(40),
  new: '1'.repeat(40),
}

const provenance = { source: 'rpc', epoch: 'e', revision: 7, copyAgeMs: 0 } as const
export const allowed: Decision = { kind: 'allowed', generation: 3, ...provenance }
export const denied: Decision = { kind: 'denied', code: 'forbidden', ...provenance }

export const alice: Identity = {
  key: { fingerprint: 'SHA256:a', blob: 'AAAA' },
  user: 'alice',
  reason: undefined,
  identifyMs: 1,
}

/** What each part does in one push; by default everything goes well. */
export interface Story {
  readonly command?: string
  readonly identity?: Identity
  readonly authorize?: () => Promise<Decision>
  readonly acquire?: Locks['acquire']
  readonly isHeld?: HeldLock['isHeld']
  readonly attach?: HeldLock['attach']
  readonly before?: CommitCheck['before']
  readonly after?: CommitCheck['after']
  readonly checkCoherence?: CheckCoherence
  readonly emit?: (event: PushEvidence) => void
  /** What git does once the repository is there; by default it asks, and moves if it may. */
  readonly receive?: Repositories<PushChannel>['receive']
}

/** Runs one push, and tells what happened in which order. */
export async function runPush(story: Story = {}) {
  const steps: string[] = []
  const evidence: PushEvidence[] = []
  const step = <T>(name: string, answer: T): T => {
    steps.push(name)
    return answer
  }
  const lock: HeldLock = {
    token: 1,
    isHeld: story.isHeld ?? (async () => true),
    attach: story.attach ?? (async () => step('attach', undefined)),
    release: async () => step('release', undefined),
    retire: async () => step('retire', undefined),
  }
  const pipeline = createPushPipeline<PushChannel>({
    replica: 'builder-1',
    clock: createTickingClock(),
    ids: { next: (prefix) => `${prefix}-1` },
    lookup: { authorize: story.authorize ?? (async () => allowed) },
    locks: {
      acquire: story.acquire ?? (async () => step('acquire', { kind: 'held', lock } as const)),
    },
    commitCheck: {
      before: (candidate) => {
        steps.push('before')
        return story.before?.(candidate) ?? Promise.resolve(commitAllowed)
      },
      after: async (candidate, moved) => {
        steps.push(moved ? 'after, moved' : 'after, not moved')
        return (await story.after?.(candidate, moved)) ?? true
      },
      afterwards: async () => void steps.push('afterwards'),
    },
    checkCoherence: story.checkCoherence,
    repositories: {
      receive: (...call) => {
        steps.push('receive')
        return (story.receive ?? receiveOne)(...call)
      },
      hasMoved: async () => false,
    },
    trace: {
      emit(event) {
        story.emit?.(event)
        step('evidence', evidence.push(event))
      },
    },
  })
  const told: string[] = []
  const channel: PushChannel = {
    refuse: (message) => step('tell', told.push(message)),
    finish: (code) => step('tell', told.push(`exit ${code}`)),
  }
  const { command = "git-receive-pack 'myapp.git'", identity = alice } = story
  const request = { command, channel, identity, connection: '127.0.0.1:1', exec: 1 }
  const fault = await pipeline.push(request).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { steps, told, evidence: evidence[0], evidences: evidence.length, fault }
}

export const commitAllowed: CommitAnswer = { kind: 'allowed', revision: 8 }

export const receiveOne: Repositories<PushChannel>['receive'] = async (_, __, hooks) => {
  await hooks.attached('git')
  const verdict = await hooks.decide([update])
  return received(verdict.allowed)
}

export function received(moved: boolean): Receipt {
  return { kind: 'received', updates: [update], moved, durableAt: 99, receivedBytes: 600 }
}
