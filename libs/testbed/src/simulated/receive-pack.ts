import { type RefUpdate, zeroSha } from '@keyrace/contracts'
import type { CommitVerdict } from '@keyrace/push'
import type { PackRequest, RefReports, SimulatedChannel } from './channel.ts'
import type { BareRepository, Quarantine } from './git-model.ts'

/** How far it came. */
export interface Progress {
  readonly request?: PackRequest
  /** The updates that the hook was asked about, and what it said. */
  readonly answer?: { readonly updates: readonly RefUpdate[]; readonly allowed: boolean }
  /** It was killed, or the repository was taken away from under it. */
  readonly hasDied?: boolean
}

export interface ReceivePackDeps {
  /** As the folder that the process is in: it stays, whatever the folder is called by now. */
  readonly repository: BareRepository
  /** In whose name refs move. */
  readonly committer: string
  readonly channel: Pick<SimulatedChannel, 'advertise' | 'report'>
  /** The pre-receive hook. Undefined: it got no answer. */
  readonly ask: (updates: readonly RefUpdate[]) => Promise<CommitVerdict | undefined>
  /** Lets the time pass that something takes; false where the process was killed meanwhile. */
  readonly take: (phase: Phase) => Promise<boolean>
}

export type Phase = 'start' | 'unpack' | 'move'

/**
 * `git receive-pack`, step for step: objects first come into a quarantine, which the hook's yes turns into objects
 * of the repository; then each ref moves or does not, on its own. A killed process leaves things as they are.
 */
export async function receivePack(deps: ReceivePackDeps): Promise<Progress> {
  const { repository, channel, take } = deps
  if (!(await take('start')) || repository.isDestroyed()) return { hasDied: true }
  const request = await channel.advertise(repository.refs())
  if (request === undefined || request.updates.length === 0) return {}
  const { updates } = request
  if (!(await take('unpack'))) return { request, hasDied: true }
  const quarantine = updates.every(isDeletion) ? noPack : repository.unpack(request.commits)
  if (quarantine === undefined) {
    channel.report(allFailed(updates, 'unpacker error'))
    return { request }
  }

  // About all of them, also those that cannot move.
  const verdict = await deps.ask(updates)
  const answer = { updates, allowed: verdict?.allowed ?? false }
  if (!(await take('move'))) return { request, answer, hasDied: true }
  if (!verdict?.allowed) {
    quarantine.discard()
    channel.report(allFailed(updates, verdict?.message ?? 'pre-receive hook declined'))
    return { request, answer }
  }

  const reports = new Map<string, string | null>()
  const isMigrated = quarantine.migrate()
  for (const [index, update] of updates.entries()) {
    if (index > 0 && !(await take('move'))) return { request, answer, hasDied: true }
    const isMoved = isMigrated && mayMove(update) && repository.update(update, deps.committer)
    reports.set(update.ref, isMoved ? null : 'failed to update ref')
  }
  channel.report(reports)
  return { request, answer }

  function mayMove(update: RefUpdate): boolean {
    if (!isDeletion(update)) return repository.commits().has(update.new)
    // By the builder's configuration; of nothing, git has nothing against it.
    return update.old === zeroSha || !update.ref.startsWith('refs/heads/')
  }
}

/** Who only deletes sends none. */
const noPack: Quarantine = { migrate: () => true, discard() {} }

function isDeletion({ new: target }: RefUpdate): boolean {
  return target === zeroSha
}

function allFailed(updates: readonly RefUpdate[], reason: string): RefReports {
  return new Map(updates.map(({ ref }) => [ref, reason]))
}
