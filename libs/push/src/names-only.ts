import type { AppGeneration, QuirkName } from '@keyrace/contracts'
import type { Locks } from './locks/lock.ts'
import { repositoryName } from './repositories.ts'

/** How repositories are called under these quirks. */
export function repositoryNaming(quirks: readonly QuirkName[]): (app: AppGeneration) => string {
  return quirks.includes('names-only') ? nameWithoutGeneration : repositoryName
}

/** The quirk `names-only`. Nobody reads an app and its generation back from such a name. */
function nameWithoutGeneration({ app }: AppGeneration): string {
  return `${app}.git`
}

/** What shares a repository shares its lock. */
export function lockedByName(locks: Locks): Locks {
  return { acquire: ({ app }, holder) => locks.acquire({ app, generation: 1 }, holder) }
}
