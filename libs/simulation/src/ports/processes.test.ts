import { expect, test } from 'vitest'
import { createProcessTable } from './processes.ts'

test('a process of the same host is alive until it is killed', () => {
  const table = createProcessTable()
  const [one, other] = [table.start('host'), table.start('host')]
  expect(other.isAlive(one.self)).toBe(true)
  table.kill(one.self)
  expect(other.isAlive(one.self)).toBe(false)
  expect(one.isAlive(other.self)).toBe(true)
})

test('nobody can tell whether a process of another host is alive', () => {
  const table = createProcessTable()
  const [here, there] = [table.start('here'), table.start('there')]
  expect(here.isAlive(there.self)).toBeUndefined()
})
