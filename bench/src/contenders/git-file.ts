import { join } from 'node:path'
import { createBareRepositories } from '../servers/bare-repositories.ts'
import type { Contender } from './contender.ts'

/** `git push file://`: neither network nor keys, so what is left is git's own work. The floor. */
export const gitFile: Contender = {
  name: 'git-file',
  description: 'git push to a folder: git alone',
  missing: () => undefined,
  async start({ apps, folder }) {
    const repositories = join(folder, 'git-file')
    await createBareRepositories(repositories, apps)
    return {
      remote: (app) => `file://${repositories}/${app}.git`,
      sshEnvironment: {},
      connect: undefined,
      stop: async () => {},
    }
  },
}
