import type { MessagePort } from 'node:worker_threads'
import { realClock as clock } from '@keyrace/environment/real'
import { type AttemptDraft, draftAttempt } from '../attempt-draft.ts'
import {
  ConnectionRefused,
  type PushAttempt,
  type PushConnection,
  type PushTask,
} from '../push-client.ts'
import type { Opening, Order, Progress } from './messages.ts'

/** The connection that a thread opens at the other end of the port. Rejects as the thread's client does. */
export async function openRemotely(port: MessagePort): Promise<PushConnection> {
  const closed = new Promise<void>((resolve) => port.once('close', () => resolve()))
  const opening = await new Promise<Opening | undefined>((resolve) => {
    port.once('message', resolve)
    void closed.then(() => resolve(undefined))
  })
  switch (opening?.kind) {
    case 'connected':
      return createRemote(opening, port, closed)
    case 'refused':
      throw new ConnectionRefused(opening.code, opening.message, { offeredAt: opening.offeredAt })
    case 'failed':
      throw opening.error
    case undefined:
      throw new ConnectionRefused('unreachable', threadEnded)
  }
}

export const threadEnded = 'the thread of the client has ended'

interface PendingPush {
  readonly draft: AttemptDraft
  readonly begun: PushTask['begun']
  readonly end: (attempt: PushAttempt) => void
}

function createRemote(
  { name, stamps }: Pick<PushConnection, 'name' | 'stamps'>,
  port: MessagePort,
  closed: Promise<void>,
): PushConnection {
  const pushes = new Map<number, PendingPush>()
  const order = (message: Order) => port.postMessage(message)
  let isOpen = true
  let ids = 0
  let execs = 0
  port.on('message', (progress: Progress) => {
    const push = pushes.get(progress.id)
    if (progress.kind === 'ended') {
      pushes.delete(progress.id)
      push?.end(progress.attempt)
    } else if (push) {
      push.draft.exec = ++execs
      push.begun?.()
    }
  })
  void closed.then(() => {
    isOpen = false
    for (const { draft, end } of pushes.values()) end(lost(draft))
  })
  return {
    name,
    stamps,
    push({ begun, ...task }) {
      const draft = draftAttempt(clock.now())
      if (!isOpen) return Promise.resolve({ ...draft, reason: 'the connection is closed' })
      return new Promise((end) => {
        const id = ++ids
        pushes.set(id, { draft, begun, end })
        order({ kind: 'push', id, task })
      })
    },
    async close() {
      order({ kind: 'close' })
      await closed
    },
  }
}

/** The thread may have sent it. */
function lost(draft: AttemptDraft): PushAttempt {
  const stamps = { ...draft.stamps, doneAt: clock.now() }
  return { ...draft, outcome: 'info', reason: threadEnded, stamps }
}
