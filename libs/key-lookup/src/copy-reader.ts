import type { ControllerClient } from '@keyrace/controller-client'
import { type Clock, timedOut, within } from '@keyrace/environment'
import { ask } from './ask.ts'
import type { Copy } from './copy.ts'
import { type ReadOptions, readChanges } from './read-changes.ts'

/** Undefined where the copy is as of when its question was sent, or later; otherwise why it is not. */
export type Failure = string | undefined

/** Brings a copy up to date. Whatever fails leaves the copy as it is. */
export interface CopyReader {
  /** By the whole of it, unless nothing has changed. */
  readSnapshot(options: ReadOptions): Promise<Failure>
  /** By what has changed since, and by a snapshot first where that cannot be told. */
  catchUp(options: ReadOptions): Promise<Failure>
}

export interface CopyReaderDeps {
  readonly clock: Clock
  readonly controller: ControllerClient
  readonly copy: Copy
  /** Ends what is under way. */
  readonly signal: AbortSignal
}

/** A snapshot can be large. Those who wait for it do so for as long as their own question may take. */
const snapshotTimeoutMs = 10_000
/** Who comes later than that after a snapshot was sent for sends for one of their own: the first may hang. */
const snapshotPatienceMs = 1_000
const mostReads = 10

export function createCopyReader(deps: CopyReaderDeps): CopyReader {
  const { clock, controller, copy, signal } = deps
  let relisting: { readonly sentAt: number; readonly ended: Promise<Failure> } | undefined

  return {
    readSnapshot,
    async catchUp({ purpose, timeoutMs }) {
      const deadline = clock.now() + timeoutMs
      for (let reads = 0; reads < mostReads; reads++) {
        const leftMs = deadline - clock.now()
        if (leftMs <= 0) return 'timeout'
        const read = await readChanges(deps, copy, { purpose, timeoutMs: leftMs })
        if (read === 'current') return undefined
        if (typeof read === 'object') return read.failure
        if (read === 'gap') {
          const failure = await within(clock, deadline - clock.now(), relist(purpose))
          if (failure !== undefined) return failure === timedOut ? 'timeout' : failure
        }
      }
      return 'too-many-changes'
    },
  }

  /** One for all who need one at a time. What has changed since it was sent, each of them reads afterwards. */
  function relist(purpose: ReadOptions['purpose']): Promise<Failure> {
    const sentAt = clock.now()
    if (relisting !== undefined && sentAt - relisting.sentAt < snapshotPatienceMs) {
      return relisting.ended
    }
    const ended = readSnapshot({ purpose, timeoutMs: snapshotTimeoutMs }).finally(() => {
      if (relisting?.sentAt === sentAt) relisting = undefined
    })
    relisting = { sentAt, ended }
    return ended
  }

  function readSnapshot(options: ReadOptions): Promise<Failure> {
    return ask<Failure, Failure>(read(), (reason) => reason)

    async function read(): Promise<Failure> {
      const position = copy.position()
      const condition = position && { ifNoneMatch: position }
      const sentAt = clock.now()
      const answer = await controller.call('snapshot', {}, { ...options, ...condition, signal })
      if (answer.stamp === undefined) return 'malformed'
      if (answer.ok) copy.replace(answer.body, answer.stamp, sentAt)
      else copy.confirm(answer.stamp, sentAt)
      return undefined
    }
  }
}
