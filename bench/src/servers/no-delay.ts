import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const source = fileURLToPath(import.meta.resolve('../../openssh/no-delay.c'))
const compileTimeoutMs = 60_000

/** Answers the path of the library that turns Nagle's algorithm off where it is preloaded. */
export async function compileNoDelay(folder: string): Promise<string> {
  const library = join(folder, 'no-delay.so')
  const args = ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl']
  await promisify(execFile)('cc', args, { timeout: compileTimeoutMs })
  return library
}
