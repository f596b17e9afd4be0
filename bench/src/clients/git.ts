import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

const timeoutMs = 60_000

/** Runs git with nobody's configuration, and answers what it said. Rejects where it does not end well. */
export async function git(
  cwd: string,
  args: readonly string[],
  options: {
    readonly input?: string
    readonly environment?: Readonly<Record<string, string>>
  } = {},
): Promise<string> {
  const child = spawn('git', args, {
    cwd,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: '/nonexistent',
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      ...options.environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Node's own timeout would go on, and keep this process, where git cannot even be started.
    signal: AbortSignal.timeout(timeoutMs),
  })
  // Who ends early does not read to the end; its exit code tells.
  child.stdin.on('error', () => {})
  child.stdin.end(options.input)
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ])
  if (code !== 0) throw new Error(`git ${args[0]} ended with ${code}: ${stderr.trim()}`)
  return stdout
}
