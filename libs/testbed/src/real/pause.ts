import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Resume } from '../world.ts'
import type { Service } from './service.ts'

const pollMs = 1
const patienceMs = 5_000

/** Stops a process as it is, wherever it is; resolves once the kernel says that it has stopped. */
export async function pauseService(
  service: Pick<Service<unknown>, 'name' | 'pid' | 'signal'>,
): Promise<Resume> {
  service.signal('SIGSTOP')
  for (let waitedMs = 0; !hasStopped(service.pid); waitedMs += pollMs) {
    if (waitedMs >= patienceMs) throw new Error(`${service.name} cannot be stopped`)
    await delay(pollMs)
  }
  return async () => service.signal('SIGCONT')
}

/** The state follows the name of the program, which may hold anything, parentheses included. */
function hasStopped(pid: number): boolean {
  const file = `/proc/${pid}/stat`
  // Where there is no such file the signal is all there is to go by.
  if (!existsSync('/proc/self/stat')) return true
  const stat = readFileSync(file, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')
}
