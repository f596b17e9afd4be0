import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The refs of a bare repository as git itself lists them: ref → sha. Empty where there is no repository. */
export async function readRefs(directory: string): Promise<ReadonlyMap<string, string>> {
  if (!existsSync(directory)) return new Map()
  const { stdout } = await run(
    'git',
    ['-c', 'safe.directory=*', 'for-each-ref', '--format=%(refname) %(objectname)'],
    { cwd: directory, env: { PATH: process.env.PATH ?? '', GIT_DIR: '.' }, timeout: 30_000 },
  )
  const lines = stdout.split('\n').filter((line) => line !== '')
  return new Map(lines.map((line) => line.split(' ') as [string, string]))
}
