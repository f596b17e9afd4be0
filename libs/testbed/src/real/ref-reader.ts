import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { text } from 'node:stream/consumers'

const longestReadMs = 30_000

/**
 * The refs of a bare repository as git itself lists them: ref → sha. Empty where there is no repository, or
 * where it was removed while git looked.
 */
export async function readRefs(directory: string): Promise<ReadonlyMap<string, string>> {
  const before = identityOf(directory)
  if (before === undefined) return new Map()
  const git = spawn(
    'git',
    ['-c', 'safe.directory=*', 'for-each-ref', '--format=%(refname) %(objectname)'],
    {
      cwd: directory,
      env: { PATH: process.env.PATH ?? '', GIT_DIR: '.' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Node's own timeout would go on, and keep this process, where git cannot even be started.
      signal: AbortSignal.timeout(longestReadMs),
      // A group of its own: a Ctrl-C ends the run early, and not the reading for its report.
      detached: true,
    },
  )
  const ended = once(git, 'exit').catch((error: Error) => [error.message])
  const [listing, complaint, [exit]] = await Promise.all([
    text(git.stdout),
    text(git.stderr),
    ended,
  ])
  if (identityOf(directory) !== before) return new Map()
  if (exit !== 0)
    throw new Error(`git for-each-ref ended with ${exit} in ${directory}: ${complaint}`)
  const lines = listing.split('\n').filter((line) => line !== '')
  return new Map(lines.map((line) => line.split(' ') as [string, string]))
}

/** A folder that is made again under the same name has another. */
function identityOf(directory: string): number | undefined {
  return statSync(directory, { throwIfNoEntry: false })?.ino
}
