import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { storageError } from '@keyrace/environment/real'

const config = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
`

/** Makes an empty bare repository, unless there is one: what `git init --bare` leaves, without its process. */
export async function createRepository(repository: string): Promise<void> {
  try {
    if (await exists(repository)) return
    const unfinished = join(dirname(repository), `.unfinished-${randomUUID()}`)
    await mkdir(join(unfinished, 'objects'), { recursive: true })
    await mkdir(join(unfinished, 'refs'))
    await writeFile(join(unfinished, 'config'), config)
    await writeFile(join(unfinished, 'HEAD'), 'ref: refs/heads/main\n')
    await rename(unfinished, repository).catch(async (error) => {
      await rm(unfinished, { recursive: true })
      if (!(await exists(repository))) throw error
    })
  } catch (error) {
    throw storageError(error)
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
