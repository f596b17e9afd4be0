import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { identify, realProcesses } from './processes.ts'

describe('a process', () => {
  test('is alive while it runs, and dead when it has ended', async () => {
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] })
    const identity = identify(child.pid as number)
    expect(realProcesses.isAlive(identity)).toBe(true)
    child.stdin.end()
    await once(child, 'exit')
    expect(realProcesses.isAlive(identity)).toBe(false)
  })

  test('is not taken for another one that has its number now', () => {
    const { self } = realProcesses
    expect(realProcesses.isAlive(self)).toBe(true)
    expect(realProcesses.isAlive({ ...self, startedAt: '1' })).toBe(false)
  })

  test('that was gone when it was asked after is dead', () => {
    const gone = identify(2 ** 22 + 1)
    expect(realProcesses.isAlive(gone)).toBe(false)
  })

  test('of another host, boot or container cannot be asked after', () => {
    const { self } = realProcesses
    const parts = self.host.split('/')
    expect(parts).toHaveLength(3)
    for (const [index, part] of parts.entries()) {
      const host = parts.with(index, `${part}0`).join('/')
      expect(realProcesses.isAlive({ ...self, host })).toBeUndefined()
    }
  })
})
