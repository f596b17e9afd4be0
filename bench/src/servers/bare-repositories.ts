import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FixtureApp } from '@keyrace/load'
import { git } from '../clients/git.ts'

/** `<folder>/<app>.git` for each app, as `git init` leaves it, but without housekeeping inside a push. */
export async function createBareRepositories(
  folder: string,
  apps: readonly FixtureApp[],
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { app } of apps) {
    const repository = join(folder, `${app}.git`)
    await git(folder, ['init', '--quiet', '--bare', repository])
    await appendFile(join(repository, 'config'), '[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n')
  }
}
