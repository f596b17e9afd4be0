import { chown, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createHostKey } from '@keyrace/load'
import type { ArmPlan } from '../arms.ts'

type Named = Pick<ArmPlan, 'name'>

/** Of the host, to be mounted in containers. */
export interface Folders {
  /** Holds the file `ed25519`. */
  readonly hostKey: string
  repositories(arm: Named): string
  evidence(arm: Named): string
}

export interface ContainerUser {
  readonly uid: number
  readonly gid: number
}

export function foldersUnder(roots: {
  readonly temporary: string
  /** For the repositories. */
  readonly kept: string
}): Folders {
  return {
    hostKey: join(roots.temporary, 'host-key'),
    repositories: ({ name }) => join(roots.kept, 'repositories', name),
    evidence: ({ name }) => join(roots.temporary, 'evidence', name),
  }
}

export function evidenceFile(folders: Folders, arm: Named, replica: string): string {
  return join(folders.evidence(arm), `${replica}.ndjson`)
}

export function removalFile(folders: Folders, arm: Named, remover: string): string {
  return join(folders.evidence(arm), `${remover}.removals.ndjson`)
}

/** Makes them, empty but for the host key, so that the containers may write there. */
export async function prepare(
  folders: Folders,
  arms: readonly Named[],
  hostKeySeed: string,
): Promise<void> {
  const { uid, gid } = containerUser()
  for (const arm of arms) {
    for (const folder of [folders.repositories(arm), folders.evidence(arm)]) {
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder, { recursive: true })
      await chown(folder, uid, gid)
    }
  }
  const hostKey = join(folders.hostKey, 'ed25519')
  await mkdir(dirname(hostKey))
  await writeFile(hostKey, createHostKey(hostKeySeed), { mode: 0o600 })
  await chown(hostKey, uid, gid)
}

/** The user of the official Node image. */
const node: ContainerUser = { uid: 1000, gid: 1000 }

/** Us, so that we can read and remove what the containers wrote; nobody runs them as root. */
export function containerUser(): ContainerUser {
  const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()]
  return uid === 0 ? node : { uid, gid }
}
