import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { zeroSha } from '@keyrace/contracts'
import { type Clock, timedOut, within } from '@keyrace/environment'
import { type AttemptDraft, draftAttempt } from '../attempt-draft.ts'
import { createCommitFactory, type FinishedCommit } from '../git/commit-factory.ts'
import { writeLooseObjects } from '../git/loose-objects.ts'
import type { PushAttempt, PushTask } from '../push-client.ts'
import { pushRequest } from '../receive-pack-client.ts'
import { type GitProcess, startGitPush } from './git-process.ts'
import type { TracedMoment } from './git-trace.ts'
import { readVerdict } from './git-verdict.ts'
import { inFolder } from './private-folder.ts'
import type { SshMaster } from './ssh-master.ts'

export interface GitPushDeps {
  readonly master: SshMaster
  readonly folder: string
  readonly clock: Clock
  readonly timeoutMs: number
}

/**
 * One push by the stock `git`; never rejects. As git can build only on commits that it has, and nobody
 * fetches any here, it forces a root commit onto the ref: the same tree as the other client's, no parent.
 */
export async function pushWithGit(deps: GitPushDeps, task: PushTask): Promise<PushAttempt> {
  const { master, clock } = deps
  const attempt = draftAttempt(clock.now())
  const giveBackTurn = await master.takeTurn((ordinal) => {
    attempt.exec = ordinal
    attempt.outcome = 'info'
    task.begun?.()
  })
  try {
    if (master.isOpen()) await runGit(deps, task, attempt)
    else attempt.reason = 'the connection is closed'
  } catch (error) {
    // No room on the disk for the commit, or no more processes.
    attempt.reason = (error as Error).message
  } finally {
    giveBackTurn()
  }
  return { ...attempt, stamps: { ...attempt.stamps } }
}

async function runGit(deps: GitPushDeps, task: PushTask, attempt: AttemptDraft): Promise<void> {
  const { master, folder, clock, timeoutMs } = deps
  const { app, ref } = task
  const commit = createCommitFactory().prepare(task).finish(zeroSha)
  writeLooseObjects(join(folder, inFolder.repository), commit.objects)
  // Before git starts: a push that is stamped late could be taken for one that began after a deletion.
  attempt.stamps.execAt = clock.now()
  const git = startGitPush({ folder, app, ref, commit: commit.id, onMoment })
  const ended = await within(clock, timeoutMs, git.ended)
  attempt.stamps.doneAt = clock.now()
  git.endGroup()
  if (ended === timedOut) {
    attempt.reason = `no end after ${timeoutMs} ms`
    // A request that still waits for its channel can be stopped only together with its connection.
    if (attempt.exec === 0) await master.close()
  }
  await everythingRead()
  conclude(attempt, ref, git)

  function onMoment(moment: TracedMoment) {
    note(moment, { attempt, ref, now: clock.now(), commit })
  }
}

interface Context {
  readonly attempt: AttemptDraft
  readonly ref: string
  readonly now: number
  readonly commit: FinishedCommit
}

function note(moment: TracedMoment, { attempt, ref, now, commit }: Context): void {
  switch (moment.kind) {
    case 'advertised':
      attempt.stamps.advertisedAt = now
      attempt.advertised = moment.refs
      attempt.update = { ref, old: moment.refs.get(ref) ?? zeroSha, new: commit.id }
      return
    case 'sent':
      attempt.stamps.sentAt = now
      // Git does not tell; this is what our own client would have sent.
      if (attempt.update) attempt.sentBytes = pushRequest(attempt.update, commit.pack).length
      return
    case 'reported':
      attempt.stamps.reportedAt = now
  }
}

/**
 * What a process has written before it ended waits in its pipe by then. One turn of the event loop reads
 * what is there; the end may have come in the midst of one.
 */
async function everythingRead(): Promise<void> {
  await setImmediate()
  await setImmediate()
}

/** Without an exec request nothing can have come of it, whatever git says. */
function conclude(attempt: AttemptDraft, ref: string, git: GitProcess): void {
  const advertised = attempt.advertised !== null
  const { outcome, reason } = readVerdict(ref, { ...git.words(), advertised })
  if (attempt.exec > 0) attempt.outcome = outcome
  attempt.reason ??= reason
}
