import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'

/** An `ssh` of ours that is running. */
export interface GuardedSsh {
  readonly pid: Promise<number>
  /** The lines of its standard error; closes when it has ended. */
  readonly log: Interface
  /** Ends it if it still runs, and waits until its folder is gone too. Rejects with a ToolMissing. */
  end(): Promise<void>
}

/** The stock `git` or `ssh` is not on the PATH. */
export class ToolMissing extends Error {
  readonly code = 'tool-missing'
  constructor() {
    super('the openssh client needs git and ssh on the PATH: install them, or take the client ssh2')
    this.name = 'ToolMissing'
  }
}

/** A shell's own code for a command that it does not find. */
const codeOfMissing = 127

/**
 * Nothing ends a child together with a thread or a killed process, except that their end of a pipe closes.
 * So a shell waits for that beside `ssh`. It lets go of the log, which then ends with `ssh` alone.
 */
const guard = `
trap 'rm -rf "$PWD"' EXIT
command -v git >/dev/null && command -v ssh >/dev/null || exit ${codeOfMissing}
ssh "$@" </dev/null >/dev/null &
echo $!
exec 2>/dev/null
read -r _
kill -9 $!
wait $!
exit 0
`

/**
 * Starts `ssh` in a private folder, which goes when it ends. It ends at the latest with this thread or this
 * process, however that came about.
 */
export function startGuardedSsh(folder: string, args: readonly string[]): GuardedSsh {
  const child = spawn('/bin/sh', ['-c', guard, 'sh', ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    // A group of its own: Ctrl-C is for us.
    detached: true,
  })
  const gone = once(child, 'exit')
  gone.catch(() => {})
  // Its end may be gone before we close ours.
  child.stdin.on('error', () => {})
  const log = createInterface({ input: child.stderr })
  log.once('close', () => child.stdin.end())
  return {
    pid: once(child.stdout, 'data').then(Number),
    log,
    async end() {
      child.stdin.end()
      const [code] = await gone
      if (code === codeOfMissing) throw new ToolMissing()
    },
  }
}
