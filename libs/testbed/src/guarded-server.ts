import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/**
 * Ends a server whose shell waits for the end of its input, in a process group of its own. What takes longer
 * is killed with its group.
 */
export async function endGuarded(server: ChildProcess, timeoutMs: number): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit', { signal: AbortSignal.timeout(timeoutMs) })
  server.stdin?.end()
  await ended.catch(() => {
    if (server.pid !== undefined) process.kill(-server.pid, 'SIGKILL')
  })
}
