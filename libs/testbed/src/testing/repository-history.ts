import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What git knows of one branch, both newest first. Empty where there is no repository. */
export interface BranchHistory {
  /** The commits that the branch holds. */
  readonly commits: readonly string[]
  /** Every commit to which the branch ever pointed. */
  readonly tips: readonly string[]
}

const none: BranchHistory = { commits: [], tips: [] }

export async function readBranch(repository: string, ref: string): Promise<BranchHistory> {
  const reflog = join(repository, 'logs', ref)
  if (!existsSync(reflog)) return none
  const { stdout } = await promisify(execFile)('git', ['rev-list', ref, '--'], {
    cwd: repository,
    env: { ...process.env, GIT_DIR: '.', GIT_CONFIG_COUNT: '1', ...trustAll },
  })
  const entries = (await readFile(reflog, 'utf8')).trimEnd().split('\n')
  return {
    commits: stdout.split('\n').filter(Boolean),
    tips: entries.map((entry) => entry.split(' ', 2)[1] ?? '').toReversed(),
  }
}

const trustAll = { GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' }
