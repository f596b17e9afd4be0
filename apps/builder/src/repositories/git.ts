import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Clock, StorageError } from '@keyrace/environment'
import { storageError } from '@keyrace/environment/real'

/** Git's hooks and configuration, outside all repositories: nobody who pushes can write there. */
export const hooksPath = fileURLToPath(import.meta.resolve('../../git/hooks'))
const configFile = fileURLToPath(import.meta.resolve('../../git/config'))

const killAfterMs = 2_000
const longestFeedMs = 10_000

export interface GitOptions {
  readonly repository: string
  readonly stdio: StdioOptions
  /** Whose name goes into the reflog. */
  readonly committer: string
  readonly gitProtocol?: string | undefined
}

export interface Git {
  readonly child: ChildProcess
  readonly pid: number
  /** When it has ended and all it wrote has been read. Null: it was killed. */
  readonly ended: Promise<number | null>
  /** Ends it and all that it started: asked first, killed when it does not listen. */
  stop(): void
}

/**
 * Starts git in a repository, in a process group of its own and with an environment made from nothing.
 * Rejects with a StorageError where it does not start.
 */
export async function startGit(
  clock: Clock,
  args: readonly string[],
  { repository, stdio, committer, gitProtocol }: GitOptions,
): Promise<Git> {
  const child = await spawned(() =>
    spawn('git', ['-c', `core.hooksPath=${hooksPath}`, ...args], {
      cwd: repository,
      env: environmentOf(committer, gitProtocol),
      stdio,
      detached: true,
    }),
  )
  const pid = child.pid as number
  let hasEnded = false
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  void ended.then(() => {
    hasEnded = true
  })
  return {
    child,
    pid,
    ended,
    stop() {
      if (hasEnded) return
      // A client that does not read would keep it from ending.
      child.stdout?.unpipe().resume()
      // The number of a process that is gone may be another one's by now.
      if (isRunning(child)) signalGroup(pid, 'SIGTERM')
      // Its pipes are still open: somebody of the group is alive, and the group's number is theirs.
      const cancel = clock.timer(killAfterMs, () => signalGroup(pid, 'SIGKILL'))
      void ended.then(cancel)
    },
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null
}

function environmentOf(committer: string, gitProtocol: string | undefined): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LC_ALL: 'C',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: configFile,
    GIT_COMMITTER_NAME: committer,
    GIT_COMMITTER_EMAIL: 'builder',
    ...(gitProtocol === undefined ? {} : { GIT_PROTOCOL: gitProtocol }),
  }
}

/** Node tells of some failures at once, and of others by an event. */
async function spawned(start: () => ChildProcess): Promise<ChildProcess> {
  try {
    const child = start()
    if (child.pid === undefined) throw (await once(child, 'error'))[0]
    return child
  } catch (error) {
    throw storageError(error)
  }
}

/** Gives git some lines to read, and rejects with a StorageError unless it is content with them in time. */
export async function feedGit(
  clock: Clock,
  args: readonly string[],
  options: Omit<GitOptions, 'stdio'> & { readonly lines: readonly string[] },
): Promise<void> {
  const git = await startGit(clock, args, { ...options, stdio: ['pipe', 'ignore', 'ignore'] })
  git.child.stdin?.on('error', () => {}).end(options.lines.map((line) => `${line}\n`).join(''))
  const cancel = clock.timer(longestFeedMs, git.stop)
  const code = await git.ended
  cancel()
  if (code !== 0) throw new StorageError('EGIT', `git ${args[0]} ended with ${code}`)
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // The group has ended by itself.
  }
}
