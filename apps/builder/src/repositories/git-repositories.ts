import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { AppGeneration } from '@keyrace/contracts'
import { type Clock, StorageError } from '@keyrace/environment'
import { identify } from '@keyrace/environment/real'
import type { Receipt, ReceiveHooks, Repositories, RepositoryPush } from '@keyrace/push'
import type { SshChannel } from '../ssh/ssh-channel.ts'
import { movedTogether } from './all-or-none.ts'
import { createRepository } from './create-repository.ts'
import { type Git, startGit } from './git.ts'
import { answerHook } from './hook-dialogue.ts'
import { isInReflog } from './refs.ts'

export interface GitRepositoriesDeps {
  readonly clock: Clock
  readonly root: string
  readonly nameOf: (app: AppGeneration) => string
  /** A push whose git takes longer is ended. */
  readonly timeoutMs: number
  /** What git says on its standard error, where no client hears it. */
  readonly onComplaint: (push: RepositoryPush, text: string) => void
}

export interface GitRepositories extends Repositories<SshChannel> {
  /** Ends what is still running, and what still begins. Refs move only if they had been allowed to. */
  stop(): void
}

/** Bare repositories below one root. Stock `git receive-pack` receives. */
export function createGitRepositories(deps: GitRepositoriesDeps): GitRepositories {
  const { clock, root, nameOf, timeoutMs, onComplaint } = deps
  const running = new Set<Git>()
  let isStopped = false

  return {
    async receive(push, channel, hooks) {
      const repository = pathOf(push)
      await createRepository(repository)
      const git = await startGit(clock, ['receive-pack', '.'], {
        repository,
        stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
        committer: push.pushId,
        gitProtocol: channel.gitProtocol,
      })
      git.child.stderr?.on('data', (text) => onComplaint(push, String(text)))
      running.add(git)
      if (isStopped) git.stop()
      const cancel = clock.timer(timeoutMs, git.stop)
      try {
        return await receiveWith(git, { repository, push, channel, hooks })
      } finally {
        cancel()
        running.delete(git)
      }
    },
    hasMoved: async (push, update) => isInReflog(pathOf(push), update, push.pushId),
    stop() {
      isStopped = true
      for (const git of running) git.stop()
    },
  }

  function pathOf(push: RepositoryPush): string {
    return join(root, nameOf(push))
  }

  async function receiveWith(
    git: Git,
    { repository, push, channel, hooks }: Reception,
  ): Promise<Receipt> {
    connect(git, channel)
    const [, , , questions, answers] = git.child.stdio as unknown as Duplex[]
    const attached = hooks.attached(JSON.stringify(identify(git.pid)))
    const answered = answerHook(questions as Duplex, answers as Duplex, async (updates) => {
      // Before it is known which process works here, a verdict could outlive the lock.
      await attached
      return hooks.decide(updates)
    })
    const done = Promise.all([answered, attached])
    done.catch(git.stop)

    const code = await git.ended
    const [answer] = await done
    const receivedBytes = (git.child.stdin as Socket).bytesWritten
    if (answer !== undefined) {
      const { updates, allowed } = answer
      const options = { repository, committer: push.pushId }
      const moved = allowed && (await movedTogether(clock, updates, options))
      return { kind: 'received', updates, moved, durableAt: clock.now(), receivedBytes }
    }
    if (receivedBytes > nothingButAFlush) {
      return { kind: 'received', updates: [], moved: false, durableAt: clock.now(), receivedBytes }
    }
    if (code !== 0 && !channel.gone.aborted) {
      throw new StorageError('EGIT', `git receive-pack ended with ${code ?? 'a signal'}`)
    }
    return { kind: 'nothing-asked', receivedBytes }
  }
}

/** What a client sends that wants no update: a flush packet. */
const nothingButAFlush = 4

interface Reception {
  readonly repository: string
  readonly push: RepositoryPush
  readonly channel: SshChannel
  readonly hooks: ReceiveHooks
}

/** Joins git with its client. When the client is gone git's input ends, and its output is dropped. */
function connect({ child }: Git, channel: SshChannel): void {
  const [stdin, stdout] = [child.stdin as Socket, child.stdout as Socket]
  // Git may end before it has read everything; what the client still sends is dropped.
  stdin.on('error', () => channel.input.resume())
  channel.input.pipe(stdin)
  stdout.pipe(channel.output, { end: false })
  channel.gone.addEventListener('abort', leave)
  if (channel.gone.aborted) leave()

  function leave() {
    channel.input.unpipe(stdin).resume()
    stdin.end()
    stdout.unpipe(channel.output).resume()
  }
}
