import type { PushConnection } from '../push-client.ts'
import type { SshOptions } from '../ssh-push-client.ts'
import { pushWithGit } from './git-push.ts'
import { createPrivateFolder } from './private-folder.ts'
import { startMaster } from './ssh-master.ts'

/**
 * Opens an authenticated connection to a builder with the stock `ssh`, on which the stock `git` pushes.
 * To its callers it is `connectSsh`, but for Linux and IPv4 only. Rejects with a ConnectionRefused, or with
 * a ToolMissing where there is no git or ssh.
 */
export async function connectOpenSsh(options: SshOptions): Promise<PushConnection> {
  if (process.platform !== 'linux') throw new Error('the openssh client needs Linux: take ssh2')
  const { clock, timeoutMs } = options
  const folder = await createPrivateFolder(options)
  const master = await startMaster(folder, options)
  return {
    name: master.name,
    stamps: master.stamps,
    push: (task) => pushWithGit({ master, folder, clock, timeoutMs }, task),
    close: master.close,
  }
}
