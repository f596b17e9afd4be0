import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'

/** The refs of a bare repository as git itself lists them: ref → sha. Empty where there is no repository. */
export async function readRefs(directory: string): Promise<ReadonlyMap<string, string>> {
  if (!existsSync(directory)) return new Map()
  const git = spawn(
    'git',
    ['-c', 'safe.directory=*', 'for-each-ref', '--format=%(refname) %(objectname)'],
    {
      cwd: directory,
      env: { PATH: process.env.PATH ?? '', GIT_DIR: '.' },
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 30_000,
      // A group of its own: a Ctrl-C ends the run early, and not the reading for its report.
      detached: true,
    },
  )
  const [listing, [exitCode]] = await Promise.all([text(git.stdout), once(git, 'exit')])
  if (exitCode !== 0) throw new Error(`git for-each-ref ended with ${exitCode} in ${directory}`)
  const lines = listing.split('\n').filter((line) => line !== '')
  return new Map(lines.map((line) => line.split(' ') as [string, string]))
}
