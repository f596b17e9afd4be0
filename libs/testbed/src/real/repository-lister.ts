import type { AppGeneration } from '@keyrace/contracts'
import { createRealRepositoryRoot } from '@keyrace/environment/real'
import { listRoot } from '@keyrace/push'

/** The repositories that are in a folder now. */
export async function listRepositories(folder: string): Promise<readonly AppGeneration[]> {
  return (await listRoot(createRealRepositoryRoot(folder))).repositories
}
