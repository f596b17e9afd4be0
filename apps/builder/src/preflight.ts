import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CannotStart } from '@keyrace/service'
import { hooksPath } from './repositories/git.ts'
import { inOrder, parseHostKey } from './ssh/host-keys.ts'

/** Of the options that are used: GIT_CONFIG_GLOBAL, and safe.directory in it. */
const oldestGit = [2, 34]

/** Rejects with CannotStart where git is missing, too old, or would pass our hook by. */
export async function checkGit(): Promise<void> {
  const { stdout } = await promisify(execFile)('git', ['--version']).catch((cause) => {
    throw new CannotStart('git cannot be run: install it, or put it on the PATH', { cause })
  })
  const [major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(stdout)?.slice(1).map(Number) ?? []
  const [oldestMajor = 0, oldestMinor = 0] = oldestGit
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new CannotStart(
      `${stdout.trim()} is too old: install git ${oldestGit.join('.')} or newer`,
    )
  }
  const hook = join(hooksPath, 'pre-receive')
  await access(hook, constants.X_OK).catch((cause) => {
    throw new CannotStart(`git would skip its hook: make it executable with chmod +x ${hook}`, {
      cause,
    })
  })
}

/** The texts of the keys, in the order in which they are offered. */
export async function readHostKeys(files: readonly string[]): Promise<readonly string[]> {
  return inOrder(await Promise.all(files.map(readHostKey)))
}

async function readHostKey(file: string) {
  const fix = `create one with ssh-keygen -q -t ed25519 -N '' -f ${file}`
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new CannotStart(`cannot read the host key ${file} (${cause.code}): ${fix}`, { cause })
  })
  const key = parseHostKey(text)
  if (key !== undefined) return key
  throw new CannotStart(`${file} is not a private key without a passphrase: ${fix}`)
}
