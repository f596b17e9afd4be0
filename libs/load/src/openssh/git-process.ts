import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { createTraceReader, type TracedMoment } from './git-trace.ts'
import type { GitWords } from './git-verdict.ts'
import { inFolder } from './private-folder.ts'

export interface GitProcess {
  /** Resolves when git itself has ended, however it did. */
  readonly ended: Promise<void>
  /** Kills what is left of it: `ssh` and git's other helpers. */
  endGroup(): void
  /** What it said, as far as it has been read. */
  words(): Omit<GitWords, 'advertised'>
}

export interface GitPushOptions {
  /** Of the connection: here its repository and its socket are. */
  readonly folder: string
  readonly app: string
  readonly ref: string
  readonly commit: string
  readonly onMoment: (moment: TracedMoment) => void
}

/** Starts `git push` of a commit on an open connection. */
export function startGitPush({ folder, app, ref, commit, onMoment }: GitPushOptions): GitProcess {
  const refspec = `+${commit}:${ref}`
  const child = spawn('git', ['push', '--porcelain', `ssh://git@builder/${app}.git`, refspec], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A group of its own, and no terminal to ask anything at.
    detached: true,
  })
  const [, stdout, stderr, trace] = child.stdio as unknown as readonly [null, ...Streams]
  const readOutput = collect(stdout)
  const readErrors = collect(stderr)
  const readTrace = createTraceReader()
  createInterface({ input: trace }).on('line', (line) => {
    const moment = readTrace(line)
    if (moment) onMoment(moment)
  })
  let failure = ''
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (error) => {
      failure = `fatal: ${error.message}\n`
      resolve()
    })
  })
  return {
    ended,
    endGroup: () => killGroup(child.pid),
    words: () => ({
      stdout: readOutput(),
      stderr: failure + readErrors(),
      exitCode: child.exitCode,
    }),
  }
}

type Streams = readonly [stdout: Readable, stderr: Readable, trace: Readable]

/** Of the environment only the path: no file or habit of whoever runs this has a say. */
function environment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    LC_ALL: 'C',
    HOME: '/nonexistent',
    GIT_DIR: inFolder.repository,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSH_VARIANT: 'ssh',
    GIT_SSH_COMMAND: sharingSsh,
    GIT_TRACE_PACKET: '3',
  }
}

/** Only ever on the open connection: without one, ssh would make its own. */
const sharingSsh = `ssh -F none -S ${inFolder.socket} -o ProxyCommand=false -o BatchMode=yes`

const mostCharacters = 65_536

/** Keeps the last of what a stream says. */
function collect(stream: Readable): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-mostCharacters)
  })
  return () => text
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nothing is left of it, as it should be.
  }
}
