import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBareRepository } from '../git/loose-objects.ts'
import type { SshOptions } from '../ssh-push-client.ts'

/** What stands in the private folder of a connection: relative, since a socket's path must be short. */
export const inFolder = {
  key: 'key',
  knownHosts: 'known-hosts',
  socket: 'master',
  repository: 'push.git',
} as const

/** The server's name in `known-hosts`, wherever it listens. */
export const hostAlias = 'builder'

/** A folder of its own for one connection: whoever starts `ssh` in it has it removed. */
export async function createPrivateFolder(contents: Contents): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keyrace-ssh-'))
  try {
    await fill(folder, contents)
    return folder
  } catch (error) {
    await rm(folder, { recursive: true })
    throw error
  }
}

type Contents = Pick<SshOptions, 'key' | 'hostKey'>

async function fill(folder: string, { key, hostKey }: Contents): Promise<void> {
  await writeFile(join(folder, inFolder.key), key.privateKey, { mode: 0o600 })
  if (hostKey !== undefined) {
    await writeFile(join(folder, inFolder.knownHosts), `${hostAlias} ${typed(hostKey)}\n`)
  }
  createBareRepository(join(folder, inFolder.repository))
}

/** A wire blob begins with the length and the name of its type. */
function typed(blob: string): string {
  const bytes = Buffer.from(blob, 'base64')
  return `${bytes.toString('latin1', 4, 4 + bytes.readUInt32BE())} ${blob}`
}
