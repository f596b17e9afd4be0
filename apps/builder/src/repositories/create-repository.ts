import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
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
    if (existsSync(repository)) return
    const unfinished = join(dirname(repository), `.unfinished-${randomUUID()}`)
    await mkdir(join(unfinished, 'objects'), { recursive: true })
    await mkdir(join(unfinished, 'refs'))
    await writeFile(join(unfinished, 'config'), config)
    await writeFile(join(unfinished, 'HEAD'), 'ref: refs/heads/main\n')
    await rename(unfinished, repository).catch(async (error) => {
      await rm(unfinished, { recursive: true })
      if (!existsSync(repository)) throw error
    })
  } catch (error) {
    throw storageError(error)
  }
}
