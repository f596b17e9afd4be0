import { tmpdir } from 'node:os'
import { expect, onTestFinished, test, vi } from 'vitest'
import { git } from './git.ts'

test('a git that cannot be started is told at once, and holds up nobody', async () => {
  onTestFinished(() => void vi.unstubAllEnvs())
  vi.stubEnv('PATH', '/nonexistent')
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout')
  const before = timers()
  await expect(git(tmpdir(), ['--version'])).rejects.toThrow('ENOENT')
  expect(timers()).toEqual(before)
})

test('a git that does not read to the end of its input is told by its exit code', async () => {
  const input = 'x'.repeat(2 ** 24)
  await expect(git(tmpdir(), ['no-such-command'], { input })).rejects.toThrow('ended with 1')
})
