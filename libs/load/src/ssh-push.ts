import { zeroSha } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import type { Client, ClientChannel, ExecOptions } from 'ssh2'
import { type AttemptDraft, draftAttempt } from './attempt-draft.ts'
import type { PreparedCommit } from './git/commit-factory.ts'
import { flushPacket } from './git/pkt-line.ts'
import type { PushAttempt, PushTask } from './push-client.ts'
import {
  createReceivePackReader,
  pushRequest,
  type ReceivePackEvent,
} from './receive-pack-client.ts'

export interface SshPushDeps {
  readonly client: Client
  readonly clock: Clock
  readonly timeoutMs: number
  /** Counts the exec requests of the connection, in the order in which they are written. */
  nextExec(): number
}

/**
 * One push on an authenticated connection; never rejects. It is `unavailable` until its exec request is
 * written, since nothing can have come of it, and `info` from then on until something better is certain.
 */
export function pushOverSsh(
  { client, clock, timeoutMs, nextExec }: SshPushDeps,
  task: PushTask,
  prepared: PreparedCommit,
): Promise<PushAttempt> {
  const attempt = draftAttempt(clock.now())
  return new Promise((resolve) => {
    let channel: ClientChannel | undefined
    let ended = false
    const cancel = clock.timer(timeoutMs, giveUp)
    try {
      client.exec(`git-receive-pack '${task.app}.git'`, execOptions(execSent), opened)
    } catch (error) {
      end(error as Error)
    }

    function execSent() {
      attempt.exec = nextExec()
      attempt.stamps.execAt = clock.now()
      attempt.outcome = 'info'
      task.begun?.()
    }

    function opened(error: Error | undefined, granted: ClientChannel) {
      if (error !== undefined) return end(error)
      if (ended) return granted.close()
      channel = granted
      converse({ channel, clock, attempt }, task, prepared)
      channel.once('close', (exitStatus: number | null | undefined) => {
        conclude(attempt, exitStatus)
        end()
      })
    }

    function giveUp() {
      end(new Error(`no end after ${timeoutMs} ms`))
      // A request that still waits for its channel can be stopped only together with its connection.
      if (attempt.exec === 0) client.destroy()
      channel?.close()
    }

    function end(error?: Error) {
      ended = true
      cancel()
      attempt.reason ??= error?.message ?? null
      attempt.stamps.doneAt = clock.now()
      resolve({ ...attempt, stamps: { ...attempt.stamps } })
    }
  })
}

/**
 * ssh2 opens a channel first, which takes a round trip, and reads `env` when it has one, right before it
 * writes the exec request: there is no other way to learn of that moment.
 */
function execOptions(sent: () => void): ExecOptions {
  let told = false
  return {
    get env() {
      if (!told) sent()
      told = true
      return {}
    },
  }
}

interface Conversation {
  readonly channel: ClientChannel
  readonly clock: Clock
  readonly attempt: AttemptDraft
}

function converse(on: Conversation, task: PushTask, prepared: PreparedCommit): void {
  const { channel, attempt } = on
  const read = createReceivePackReader(task.ref)
  channel.stderr.resume()
  channel.on('data', take)
  channel.on('error', stop)

  function take(chunk: Buffer) {
    try {
      for (const event of read(chunk)) answer(on, event, task, prepared)
    } catch (error) {
      stop(error as Error)
    }
  }

  function stop(error: Error) {
    attempt.reason ??= error.message
    channel.off('data', take).resume()
    channel.close()
  }
}

function answer(
  { channel, clock, attempt }: Conversation,
  event: ReceivePackEvent,
  { ref, asRoot }: PushTask,
  prepared: PreparedCommit,
): void {
  const { stamps } = attempt
  switch (event.kind) {
    case 'advertised': {
      stamps.advertisedAt = clock.now()
      attempt.advertised = event.refs
      const old = event.refs.get(ref) ?? zeroSha
      const { id, pack } = prepared.finish(asRoot ? zeroSha : old)
      attempt.update = { ref, old, new: id }
      const request = old === id ? flushPacket : pushRequest(attempt.update, pack)
      channel.end(request)
      attempt.sentBytes = request.length
      stamps.sentAt = clock.now()
      return
    }
    case 'refused':
      attempt.outcome = event.outcome
      attempt.reason = event.reason
      channel.end()
      return
    case 'reported':
      stamps.reportedAt = clock.now()
      if (event.ok) return
      attempt.outcome = 'rejected'
      attempt.reason = event.reason
      return
    case 'died':
      attempt.reason = event.reason
  }
}

/** Git's ok is an acknowledgement only with exit status 0, which the builder gives after its last step. */
function conclude(attempt: AttemptDraft, exitStatus: number | null | undefined): void {
  if (attempt.outcome === 'info' && exitStatus === 0) {
    if (attempt.stamps.reportedAt !== null) attempt.outcome = 'ok'
    else if (isNoop(attempt)) attempt.outcome = 'noop'
  }
  if (attempt.outcome !== 'info') return
  attempt.reason ??=
    typeof exitStatus === 'number' ? `exit status ${exitStatus}` : 'ended without an exit status'
}

/** Nothing was asked of the server, so that there is nothing for it to report. */
function isNoop({ update }: AttemptDraft): boolean {
  return update !== null && update.old === update.new
}
